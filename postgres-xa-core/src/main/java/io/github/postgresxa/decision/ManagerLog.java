package io.github.postgresxa.decision;

import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the embedded transaction managers decide where another resource takes part: a row C for each commit, on the node
 * where the manager is registered. A process that finds a prepared branch of such a transaction, of whatever resource,
 * never concludes from a missing row: it writes A, and so no C can come any more.
 *
 * <p>All methods need a wire outside a transaction. After an exception the wire must be closed. A transaction is named
 * by the manager's own global identifier, in the letters of Base64 for URLs.
 */
public final class ManagerLog {

    private static final String UNIQUE_VIOLATION = "23505";

    private final ManagerLogSql sql;

    /**
     * Creates the log of one schema.
     *
     * @param schema the schema's checked name
     * @param application its name, for people who read rows
     */
    public ManagerLog(String schema, String application) {
        this.sql = new ManagerLogSql(schema, application);
    }

    /**
     * Registers a manager. Before: none of its transactions has a prepared branch at another resource. After: its
     * decisions are on this node, and on no other. If the reply is lost, it is registered here or nowhere, and this can
     * be repeated.
     *
     * @param wire a wire to the node
     * @param node its identity
     * @param manager the name
     * @return the registration
     * @throws SQLException if it is not registered; an {@link UnconfirmedCommitException} if it may be
     */
    public long register(Wire wire, NodeIdentity node, ManagerName manager) throws SQLException {
        Burst burst = sql.register(node, manager);
        Reply reply = wire.send(burst.text());
        String what = "the registration of the transaction manager";
        requireCommit(reply, what);
        List<List<@Nullable String>> written = reply.rows(burst, LogQuery.WRITTEN);
        if (written.isEmpty()) {
            throw notWritten(what, node);
        }
        return Long.parseLong(String.valueOf(written.get(0).get(0)));
    }

    /**
     * Writes the decision to commit. Before: every resource has agreed. After: all of them commit, whoever finds them.
     *
     * @param wire a wire to the node where the manager is registered
     * @param node its identity
     * @param manager the name
     * @param registration as {@link #register} returned it; if it is deleted, nothing is decided
     * @param transaction the transaction
     * @return the row that exists now: C, or an A that came first
     * @throws SQLException if C was not written and no row is known; a {@link RegistrationLostException} because of
     *     the registration; an {@link UnconfirmedCommitException} if it may have been written
     */
    public Decision.Kind decide(
            Wire wire, NodeIdentity node, ManagerName manager, long registration, String transaction)
            throws SQLException {
        Burst burst = sql.decide(node, manager, registration, transaction);
        Reply reply = wire.send(burst.text());
        if (!reply.gone() && reply.sqlState().equals(UNIQUE_VIOLATION)) {
            try {
                wire.send("rollback").orThrow();
                return settle(wire, node, manager, transaction);
            } catch (SQLException e) {
                throw UnconfirmedCommitException.notRead(e);
            }
        }
        String what = "the decision of the transaction manager";
        requireCommit(reply, what);
        if (!reply.tag(burst, LogQuery.WRITTEN).equals("INSERT 0 1")) {
            throw notWritten(what, node);
        }
        return Decision.Kind.COMMIT;
    }

    private static void requireCommit(Reply reply, String what) throws SQLException {
        if (!reply.endedWith("COMMIT")) {
            throw UnconfirmedCommitException.of(reply, what);
        }
    }

    private static SQLException notWritten(String what, NodeIdentity node) {
        return new RegistrationLostException(
                "%s was not written: the database is not that of node identity %s any more, or it does not know this"
                                .formatted(what, node)
                        + " manager any more");
    }

    /**
     * Settles a transaction that has no row by a row A. The caller obeys the row that is returned: no failover to the
     * synchronous standby loses it. Waits at most two seconds for a decision that is being written.
     *
     * @param wire a wire to the node where the manager is registered
     * @param node its identity
     * @param manager the name
     * @param transaction the transaction
     * @return the row that exists now
     * @throws SQLException if nothing is known: SQLSTATE 55P03 if the decision is being written
     */
    public Decision.Kind settle(Wire wire, NodeIdentity node, ManagerName manager, String transaction)
            throws SQLException {
        for (int attempt = 0; attempt < 3; attempt++) {
            Optional<Decision.Kind> row = outcome(wire, node, sql.settle(node, manager, transaction));
            if (row.isPresent()) {
                return row.get();
            }
            // The row that was in the way is gone, so the key is free: try once more.
        }
        throw new SQLException("the decision of the transaction manager came and went while it was looked for");
    }

    /**
     * Reads a decision. No row proves nothing: it may still come.
     *
     * @param wire a wire to the node where the manager is registered
     * @param node its identity
     * @param transaction the transaction
     * @return the row, safe at the synchronous standby; empty if there was none
     * @throws SQLException if that is not known
     */
    public Optional<Decision.Kind> read(Wire wire, NodeIdentity node, String transaction) throws SQLException {
        return outcome(wire, node, sql.read(transaction));
    }

    private static Optional<Decision.Kind> outcome(Wire wire, NodeIdentity node, Burst burst) throws SQLException {
        Reply reply = wire.send(burst.text());
        LogReply answer = LogReply.of(burst, reply, node);
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the question for the transaction manager's decision");
        }
        return answer.of(LogQuery.ROWS).stream()
                .map(row -> Decision.Kind.of(String.valueOf(row.get(0))))
                .findFirst();
    }

    /**
     * Notes that every resource has carried out some decisions. It may be lost with the server; then they stay.
     *
     * @param wire a wire to the node
     * @param transactions at least one
     * @throws SQLException if that failed
     */
    public void ended(Wire wire, Collection<String> transactions) throws SQLException {
        wire.send(sql.ended(transactions)).orThrow();
    }

    /**
     * Finds the managers that are registered on a node.
     *
     * @param wire a wire to the node
     * @param node its identity
     * @param names at least one
     * @return those that are registered there, and how long each has shown no sign of life
     * @throws SQLException if the node did not answer or is another database
     */
    public Map<ManagerName, Duration> silence(Wire wire, NodeIdentity node, Collection<ManagerName> names)
            throws SQLException {
        Burst burst = sql.silence(names);
        Map<ManagerName, Duration> found = new HashMap<>();
        for (List<@Nullable String> row :
                LogReply.of(burst, wire.send(burst.text()), node).of(LogQuery.ROWS)) {
            ManagerName.parse(String.valueOf(row.get(0)))
                    .ifPresent(name -> found.put(name, Duration.ofMillis(Long.parseLong(String.valueOf(row.get(1))))));
        }
        return found;
    }

    /**
     * Shows that a manager lives. It decides nothing.
     *
     * @param wire a wire to the node where it is registered
     * @param node its identity
     * @param manager the name
     * @throws SQLException if that failed; a {@link RegistrationLostException} if it is not registered any more
     */
    public void showLife(Wire wire, NodeIdentity node, ManagerName manager) throws SQLException {
        Burst burst = sql.showLife(manager);
        Reply reply = wire.send(burst.text()).orThrow();
        if (!reply.tag(burst, LogQuery.WRITTEN).equals("UPDATE 1")) {
            throw notWritten("a sign of life", node);
        }
    }

    /**
     * Deletes decisions that were carried out a while ago, and managers that have shown no sign of life for long and
     * wait for nothing. Such a manager, should it live after all, cannot decide any more.
     *
     * @param wire a wire to the node
     * @param ended how long a decision is kept when it is carried out
     * @param silence how long a manager is kept
     * @throws SQLException if that failed; it is tried again some time
     */
    public void expire(Wire wire, Duration ended, Duration silence) throws SQLException {
        wire.send(sql.expire(ended, silence)).orThrow();
    }
}
