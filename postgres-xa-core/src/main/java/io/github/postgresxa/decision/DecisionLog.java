package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decision log of a home, over a wire to it.
 *
 * <p>All methods but {@link #commitStatements}, here and in {@link Fences} and {@link DecisionRetention}, need a wire
 * outside a transaction. After an exception the wire must be closed: it may hold a failed transaction. Every statement
 * checks that the database at the other end is the home.
 */
public final class DecisionLog {

    private final DecisionSql sql;
    private final LookupSql lookup;
    private final String identityQuery;
    private final Fences fences;
    private final DecisionRetention kept;
    private final ManagerLog managers;

    /**
     * Creates the log of one schema.
     *
     * @param schema the schema's checked name
     * @param coordinator the application's name, for people who read rows
     */
    public DecisionLog(String schema, String coordinator) {
        this.sql = new DecisionSql(schema, coordinator);
        this.fences = new Fences(sql);
        this.lookup = new LookupSql(schema);
        this.identityQuery = new IdentitySql(schema).identityQuery();
        this.kept = new DecisionRetention(new RetentionSql(schema));
        this.managers = new ManagerLog(schema, coordinator);
    }

    /** {@return how rows A are written} */
    public Fences fences() {
        return fences;
    }

    /** {@return what transaction managers decide, where another resource takes part} */
    public ManagerLog managers() {
        return managers;
    }

    /** {@return what the log keeps, and how it is deleted} */
    public DecisionRetention kept() {
        return kept;
    }

    /**
     * Builds the statements that make the row C and the home's own work durable together.
     *
     * <p>Before: every other writing branch is prepared; the session holds the home's open transaction, which owns an
     * xid. After: any process may finish the others. If the reply is lost, the outcome is unknown until it is looked up
     * through the fence.
     *
     * @param id the transaction
     * @param home the session that holds the home's work
     * @param participants the prepared branches
     * @return SQL text that ends with COMMIT
     */
    public String commitStatements(TransactionId id, Session home, List<Participant> participants) {
        return sql.commit(id, home, participants);
    }

    /**
     * Writes C for a subordinate, after the manager has decided and before any branch is committed. An operator's row A
     * may have been carried out and deleted before, which leaves nothing prepared: so C is written only while a branch
     * is. The home lists its own in the same round trip; only if it does not, the others are asked.
     *
     * @param wire a wire to the home
     * @param branch the home's branch
     * @param participants all prepared branches
     * @param proof shows over other sessions that one of them is still prepared, or that all are committed
     * @return the row that exists now: C, or an A that came first; empty without the proof: then nothing was written
     * @throws SQLException if this could not be found out; an {@link UnconfirmedCommitException} if C may have been
     *     written
     */
    public Optional<Decision> record(Wire wire, Gid branch, List<Participant> participants, NotRolledBack proof)
            throws SQLException {
        TransactionId id = branch.transaction();
        Reply reply = wire.send(sql.record(branch, participants));
        if (reply.sqlState().equals(DecisionSql.NOT_LISTED)) {
            wire.send("rollback").orThrow();
            return record(wire, id, branch.home(), participants, proof);
        }
        Optional<Decision> standing = standing(wire, id, branch.home(), reply);
        return standing.isPresent()
                ? standing
                : Optional.of(committed(reply, new Decision(id, Decision.Kind.COMMIT, participants)));
    }

    /**
     * Writes C for a subordinate whose branches were listed: by its manager's recovery, or in the manager's place. A
     * row A may have been carried out and deleted since then. While C is written and not visible, no A can be written:
     * what is still prepared now was never rolled back.
     *
     * @param wire a wire to the home
     * @param id the transaction
     * @param home the home
     * @param participants all its prepared branches
     * @param proof lists the branches again, over other sessions
     * @return the row that exists now: C, or an A that came first; empty without the proof: then nothing was written
     * @throws SQLException if this could not be found out; an {@link UnconfirmedCommitException} if C may have been
     *     written
     */
    public Optional<Decision> record(
            Wire wire, TransactionId id, NodeIdentity home, List<Participant> participants, NotRolledBack proof)
            throws SQLException {
        Reply reply = wire.send(sql.recordAndWait(id, home, participants));
        Optional<Decision> standing = standing(wire, id, home, reply);
        if (standing.isPresent()) {
            return standing;
        }
        reply.orThrow();
        if (!proof.holds()) {
            wire.send("rollback").orThrow();
            return Optional.empty();
        }
        return Optional.of(committed(wire.send("commit"), new Decision(id, Decision.Kind.COMMIT, participants)));
    }

    /** Shows that a transaction was never rolled back: its branches are still prepared, or committed. */
    @FunctionalInterface
    public interface NotRolledBack {

        /**
         * Asks for the branches.
         *
         * @return whether they are prepared, or committed
         * @throws SQLException if that could not be found out; the row is taken back then
         */
        boolean holds() throws SQLException;
    }

    private static Decision committed(Reply reply, Decision decision) throws SQLException {
        if (!reply.endedWith("COMMIT")) {
            throw UnconfirmedCommitException.of(reply, "the decision");
        }
        return decision;
    }

    /** {@return the row that was in the way of C} */
    private Optional<Decision> standing(Wire wire, TransactionId id, NodeIdentity home, Reply reply)
            throws SQLException {
        if (reply.sqlState().equals("23505")) {
            wire.send("rollback").orThrow();
            DecisionRow current = confirm(wire, home, List.of(id)).get(id);
            if (current != null) {
                return Optional.of(current.read());
            }
        }
        if (reply.sqlState().equals("23502")) {
            // No xid: this is not the home. Report which database it is.
            wire.send("rollback").orThrow();
            ask(wire, home, lookup.home());
        }
        return Optional.empty();
    }

    /**
     * Reads decisions. The answer fixes nothing: a transaction without a row may still be decided either way.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids the transactions, at least one
     * @return the rows that were there
     * @throws SQLException if the home did not answer or is another database
     */
    public Rows read(Wire wire, NodeIdentity home, Collection<TransactionId> ids) throws SQLException {
        LogReply answer = ask(wire, home, lookup.read(ids));
        return new Rows(answer.byId(), answer.mark());
    }

    private static LogReply ask(Wire wire, NodeIdentity home, Burst burst) throws SQLException {
        return LogReply.of(burst, wire.send(burst.text()), home);
    }

    /**
     * The rows that were found.
     *
     * @param rows the rows that were there
     * @param mark the home's mark, read a moment later; while it is unchanged, no decision was forgotten in between
     */
    public record Rows(Map<TransactionId, DecisionRow> rows, HighWaterMark mark) {}

    /**
     * Reads decisions, and the transactions that could still make one.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param participant the node where a branch of each was seen prepared
     * @param ids the transactions
     * @return what there is; a transaction that is neither decided nor open cannot be decided to commit any more
     * @throws SQLException if the home did not answer or is another database
     */
    public Survey survey(Wire wire, NodeIdentity home, NodeIdentity participant, Collection<TransactionId> ids)
            throws SQLException {
        LogReply answer = ask(wire, home, lookup.survey(ids, List.of(participant)));
        Set<String> open = new HashSet<>();
        Set<Long> signs = new HashSet<>();
        for (List<@Nullable String> row : answer.of(LogQuery.AT_WORK)) {
            if ("".equals(row.get(0))) {
                signs.add(Long.valueOf(String.valueOf(row.get(1))));
            } else {
                open.add(row.get(0) + " " + row.get(1));
            }
        }
        return new Survey(answer.byId(), open, signs, answer.mark(), answer.marks());
    }

    /**
     * Builds one more sign that the coordinator of a transaction is alive although it has not decided for long.
     *
     * @param id the transaction
     * @param number of this sign, from 0
     * @return SQL text for the home's own session, in its transaction
     */
    public String signOfLife(TransactionId id, int number) {
        return sql.signOfLife(id, number);
    }

    /**
     * What a home shows at one moment.
     *
     * @param rows the rows that were there
     * @param open a name for each local transaction that wrote and has not ended. A decision is made together with the
     *     home's work, so only one of these can still decide on a branch that was prepared before
     * @param signs signs of life, see {@link #signOfLife}
     * @param mark the home's, read a moment before
     * @param marks the participant's own, read a moment after
     */
    public record Survey(
            Map<TransactionId, DecisionRow> rows,
            Set<String> open,
            Set<Long> signs,
            HighWaterMark mark,
            ParticipantMarks marks) {

        /**
         * Counts the signs of life of a transaction.
         *
         * @param id a transaction
         * @return how often its coordinator has shown that it is alive
         */
        public int signsOf(TransactionId id) {
            return (int) signs.stream().filter(key -> SignOfLife.isOf(id, key)).count();
        }

        /**
         * Replaces the rows.
         *
         * @param current rows that were read for good
         * @return the same with these
         */
        public Survey confirmed(Map<TransactionId, DecisionRow> current) {
            return new Survey(current, open, signs, mark, marks);
        }
    }

    /**
     * Reads decisions for good: from now on no failover to the home's synchronous standby can lose them.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids the transactions
     * @return the rows that exist
     * @throws SQLException if this could not be made sure
     */
    public Map<TransactionId, DecisionRow> confirm(Wire wire, NodeIdentity home, Collection<TransactionId> ids)
            throws SQLException {
        Burst burst = lookup.confirm(ids);
        Reply reply = wire.send(burst.text()).orThrow();
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the decision log");
        }
        return LogReply.of(burst, reply, home).byId();
    }

    /**
     * Reads the marks of participants, after rows were looked for.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param participants nodes that may hold a branch
     * @return their marks
     * @throws SQLException if the home did not answer or is another database
     */
    public ParticipantMarks marks(Wire wire, NodeIdentity home, Collection<NodeIdentity> participants)
            throws SQLException {
        return ask(wire, home, lookup.marks(participants)).marks();
    }

    /** {@return the query for a database's identity, to be sent within another query as a check} */
    public String identityQuery() {
        return identityQuery;
    }
}
