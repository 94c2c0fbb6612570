package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The decision log: what it promises, over a wire to a home.
 *
 * <p>All methods but {@link #commitBurst} need a wire outside a transaction. After an exception the wire must be closed:
 * it may hold a failed transaction. Every statement checks that the database at the other end is the home.
 */
public final class DecisionLog {

    /** Blocks of the table that one statement reads at most, where all of it is read: 4 MB, about 20,000 rows. */
    private static final long STRETCH = 512;

    private final DecisionSql sql;

    /**
     * @param schema the schema's checked name
     * @param coordinator the application's name, for people who read rows
     */
    public DecisionLog(String schema, String coordinator) {
        this.sql = new DecisionSql(schema, coordinator);
    }

    /**
     * The burst that makes the row C and the home's own work durable together.
     *
     * <p>Before: every other writing branch is prepared; the session holds the home's open transaction, which owns an xid. After: any
     * process may finish the others. If the reply is lost, the outcome is unknown until somebody asks through the fence.
     *
     * @param id the transaction
     * @param home the session that holds the home's work
     * @param participants the prepared branches
     * @return SQL text that ends with COMMIT
     */
    public String commitBurst(TransactionId id, Session home, List<Participant> participants) {
        return sql.commit(id, home, participants);
    }

    /**
     * Second form: writes C after the manager has decided and before any branch is committed.
     *
     * @param wire a wire to the home
     * @param id the transaction
     * @param home the home
     * @param participants all its prepared branches
     * @return the row that stands now: C, or an A that came first
     * @throws SQLException if this could not be found out
     */
    public Decision record(Wire wire, TransactionId id, NodeIdentity home, List<Participant> participants)
            throws SQLException {
        Reply reply = wire.send(sql.record(id, home, participants));
        if (reply.sqlState().equals("23505")) {
            wire.send("rollback").orThrow();
            Decision standing = confirm(wire, home, List.of(id)).get(id);
            if (standing != null) {
                return standing;
            }
        }
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the decision");
        }
        return new Decision(id, Decision.Verb.COMMIT, participants);
    }

    /**
     * Looks for decisions. It binds nobody: a transaction without a row may still be decided either way.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids the transactions, at least one
     * @return the rows that were there
     * @throws SQLException if the home did not answer or is another database
     */
    public Look look(Wire wire, NodeIdentity home, Collection<TransactionId> ids) throws SQLException {
        Reply reply = wire.send(sql.look(ids));
        Map<TransactionId, Decision> rows = byId(read(reply, home, ""));
        return new Look(rows, String.valueOf(mark(reply)));
    }

    /**
     * What was seen.
     *
     * @param rows the rows that were there
     * @param mark the highest home xid of any deleted C row, a moment after; as long as it stays what it once was, no decision was forgotten in
     *     between
     */
    public record Look(Map<TransactionId, Decision> rows, String mark) {}

    /**
     * Looks for decisions, and for transactions that could still bring one.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids transactions with a branch that was seen prepared
     * @return what there is; of any transaction that is neither decided nor open, no decision can come any more
     * @throws SQLException if the home did not answer or is another database
     */
    public Survey survey(Wire wire, NodeIdentity home, Collection<TransactionId> ids) throws SQLException {
        Reply reply = wire.send(sql.survey(ids));
        Map<TransactionId, Decision> decisions = byId(read(reply, home, ""));
        Set<String> open = reply.rows().stream()
                .filter(row -> row.size() == 3)
                .map(row -> row.get(0) + " " + row.get(1))
                .collect(Collectors.toSet());
        return new Survey(decisions, open, String.valueOf(mark(reply)));
    }

    /**
     * What a home shows at one moment.
     *
     * @param decisions the rows that were there
     * @param open a name for each local transaction that wrote and has not ended. A decision is made together with the home's work, so on a branch that
     *     was prepared before only one of these can still decide
     * @param mark the highest home xid of any deleted C row, a moment before
     */
    public record Survey(Map<TransactionId, Decision> decisions, Set<String> open, String mark) {}

    /**
     * Reads decisions for good: from now on no failover to the home's synchronous standby can lose them.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids the transactions
     * @return the rows that stand
     * @throws SQLException if this could not be made sure
     */
    public Map<TransactionId, Decision> confirm(Wire wire, NodeIdentity home, Collection<TransactionId> ids)
            throws SQLException {
        return byId(read(wire.send(sql.confirm(ids)), home, "COMMIT"));
    }

    /**
     * Writes A unless a row stands; obey the row that is returned.
     *
     * <p>Before: the branch was seen prepared, or the coordinator's own reply was lost. After: a coordinator that wakes up late cannot
     * commit. Waits at most two seconds for a home that is committing right now.
     *
     * <p>That no row stands does not mean that none ever stood: a row C that was carried out everywhere is deleted after the retention, and an A in its place would be read as
     * a rollback. So the row A is proved while it holds the key and nobody else can see it, and is taken back if there is no proof.
     *
     * @param wire a wire to the home
     * @param id the transaction
     * @param home the home
     * @param participants in the second form, the branches that the row stands for; else empty
     * @param proof shows that no row C was deleted; asked only if A was written by this call
     * @return the row that stands, and the mark; empty if nothing stands, because there was no proof
     * @throws SQLException if nothing is known: SQLSTATE 55P03 if the home is still committing
     */
    public Optional<Fence> fence(
            Wire wire, TransactionId id, NodeIdentity home, List<Participant> participants, Proof proof)
            throws SQLException {
        for (int attempt = 0; attempt < 3; attempt++) {
            Reply reply = wire.send(sql.fence(List.of(id), home, participants));
            List<Decision> rows = read(reply, home, "");
            if (!rows.isEmpty()) {
                Fence fence = new Fence(rows.get(0), mark(reply));
                if (reply.tags().contains("INSERT 0 1") && !proof.holds(fence)) {
                    wire.send("rollback").orThrow();
                    return Optional.empty();
                }
                stand(wire);
                return Optional.of(fence);
            }
            wire.send("rollback").orThrow();
            // The row that was in the way is gone since: nobody holds the key now, so try once more.
        }
        throw new SQLException("the decision row of " + id + " came and went while it was fenced");
    }

    /**
     * Fences several transactions in one transaction of the home, with one proof for all: what costs three round trips, a connection and a forced write for each of them alone,
     * costs the same for all together. The fences share an xid. That is right as long as it is given away after the last of the branches was seen prepared: no home's
     * transaction begins to write after that.
     *
     * <p>Before: of each transaction a branch of the first form was seen prepared. It does not wait long for a home that is committing right now.
     *
     * @param wire a wire to the home
     * @param ids the transactions
     * @param home the home
     * @param proof shows for all rows A that this call has written that no row C was deleted
     * @return the row that stands for each; empty if that could not be done for all at once: then nothing was written, and each has to be fenced alone
     * @throws SQLException if nothing is known
     */
    public Map<TransactionId, Decision> fenceTogether(
            Wire wire, Collection<TransactionId> ids, NodeIdentity home, CommonProof proof) throws SQLException {
        // In the same order everywhere: two that fence the same ones never wait for each other in a circle.
        List<TransactionId> ordered = ids.stream()
                .sorted(Comparator.comparing(TransactionId::toString))
                .toList();
        Reply reply = wire.send(sql.fence(ordered, home, List.of()));
        if (reply.error() == null || reply.gone()) {
            Map<TransactionId, Decision> standing = byId(read(reply, home, ""));
            if (standing.keySet().containsAll(ids) && proof.holds(written(reply, ordered))) {
                stand(wire);
                return standing;
            }
        }
        wire.send("rollback").orThrow();
        return Map.of();
    }

    private static Set<TransactionId> written(Reply reply, List<TransactionId> ordered) {
        List<String> inserts =
                reply.tags().stream().filter(tag -> tag.startsWith("INSERT")).toList();
        return IntStream.range(0, ordered.size())
                .filter(i -> inserts.get(i).equals("INSERT 0 1"))
                .mapToObj(ordered::get)
                .collect(Collectors.toSet());
    }

    private void stand(Wire wire) throws SQLException {
        Reply reply = wire.send(sql.stand());
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the fence");
        }
    }

    /** Shows that a transaction whose row A was just written, and is not visible yet, never had a row C. */
    @FunctionalInterface
    public interface Proof {

        /** Who asks knows that no row C was ever written, for example because a transaction manager decides and has decided otherwise. */
        Proof NOT_NEEDED = fence -> true;

        /**
         * @param written the row A and the mark
         * @return whether it holds
         * @throws SQLException if that could not be found out; the row is taken back then
         */
        boolean holds(Fence written) throws SQLException;
    }

    /** Shows that of transactions whose rows A were just written, and are not visible yet, none ever had a row C. */
    @FunctionalInterface
    public interface CommonProof {

        /**
         * @param written the transactions
         * @return whether it holds for all of them
         * @throws SQLException if that could not be found out; the rows are taken back then
         */
        boolean holds(Set<TransactionId> written) throws SQLException;
    }

    /**
     * A fence's answer.
     *
     * @param standing the row that stands
     * @param mark the highest home xid of any deleted C row, null if none was ever deleted
     */
    public record Fence(Decision standing, @Nullable Long mark) {

        /**
         * Whether "no C row" proves that the home's transaction was rolled back. Below the mark a C row may have been carried out and
         * deleted in the meantime.
         *
         * @param homeXid the home's xid, null if it is not known
         * @return whether an A row tells the asker's own outcome
         */
        public boolean provesRollback(@Nullable Long homeXid) {
            return mark == null || (homeXid != null && Long.compareUnsigned(homeXid, mark) > 0);
        }
    }

    /** {@return the statement that asks a database who it is, for a check within somebody else's question} */
    public String identityQuestion() {
        return sql.identityQuestion();
    }

    /**
     * One page of the decisions that are older than the retention.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param retention the least age
     * @param after where the page before ended; empty for the first
     * @param limit the most rows
     * @return the page, oldest first
     * @throws SQLException if the home did not answer or is another database
     */
    public Page expired(Wire wire, NodeIdentity home, Duration retention, String after, int limit) throws SQLException {
        Reply reply = wire.send(sql.expired(retention, after, limit));
        List<Decision> decisions = read(reply, home, "");
        String end = decisions.isEmpty()
                ? after
                : String.valueOf(reply.rows().get(reply.rows().size() - 1).get(DecisionRow.COLUMNS - 1));
        return new Page(decisions, end);
    }

    /**
     * Some decisions.
     *
     * @param decisions the rows
     * @param end where the next page begins
     */
    public record Page(List<Decision> decisions, String end) {}

    /**
     * Decisions to commit that name a branch on a node which has failed over or was restored since. All rows are looked at, a stretch of the table at a time.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param participant the node
     * @param incarnation the present one
     * @param from where the stretch begins; 0 for the first
     * @return what one stretch holds
     * @throws SQLException if the home did not answer or is another database
     */
    public Stretch ofOtherIncarnations(
            Wire wire, NodeIdentity home, NodeIdentity participant, String incarnation, long from) throws SQLException {
        Reply reply = wire.send(sql.ofOtherIncarnations(participant, incarnation, from, STRETCH));
        List<Decision> decisions = read(reply, home, "");
        return new Stretch(decisions, next(reply, from));
    }

    private static long next(Reply reply, long from) {
        long blocks = reply.rows().stream()
                .filter(row -> row.size() == 1)
                .mapToLong(row -> Long.parseLong(String.valueOf(row.get(0))))
                .findFirst()
                .orElse(0);
        return from + STRETCH < blocks ? from + STRETCH : 0;
    }

    /**
     * Which incarnations of which participants the decisions to commit name, a stretch of the table at a time.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param from where the stretch begins; 0 for the first
     * @param found what was found is added here
     * @return where the next stretch begins; 0 if this was the last one
     * @throws SQLException if the home did not answer or is another database
     */
    public long incarnations(Wire wire, NodeIdentity home, long from, Map<NodeIdentity, Set<String>> found)
            throws SQLException {
        Reply reply = wire.send(sql.incarnations(from, STRETCH));
        read(reply, home, "");
        reply.rows().stream()
                .filter(row -> row.size() == 4)
                .forEach(
                        row -> found.computeIfAbsent(new NodeIdentity(String.valueOf(row.get(0))), i -> new HashSet<>())
                                .add(String.valueOf(row.get(1))));
        return next(reply, from);
    }

    /**
     * Some decisions.
     *
     * @param decisions the rows
     * @param next where the next stretch begins; 0 if this was the last one
     */
    public record Stretch(List<Decision> decisions, long next) {}

    /**
     * Deletes decisions that every participant has carried out for good.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param ids the transactions
     * @throws SQLException if they may still be there
     */
    public void forget(Wire wire, NodeIdentity home, Collection<TransactionId> ids) throws SQLException {
        Reply reply = wire.send(sql.forget(home, ids));
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the deletion of decisions");
        }
    }

    /**
     * Deletes fences whose late coordinators cannot exist any more.
     *
     * @param wire a wire to the home
     * @param home the home
     * @param retention the least age
     * @throws SQLException if the home did not answer
     */
    public void forgetFences(Wire wire, NodeIdentity home, Duration retention) throws SQLException {
        wire.send(sql.forgetFences(home, retention)).orThrow();
    }

    /**
     * {@return whether the home has ever deleted a row C: then "no row" may mean one of them}
     *
     * @param wire a wire to the home
     * @param home the home
     * @throws SQLException if the home did not answer or is another database
     */
    public boolean hasForgotten(Wire wire, NodeIdentity home) throws SQLException {
        Reply reply = wire.send(sql.who());
        read(reply, home, "");
        return mark(reply) != null;
    }

    private static List<Decision> read(Reply reply, NodeIdentity home, String lastTag) throws SQLException {
        reply.orThrow();
        if (!lastTag.isEmpty() && !reply.endedWith(lastTag)) {
            throw reply.problem("the decision log");
        }
        List<Decision> decisions = new ArrayList<>();
        boolean identified = false;
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 2) {
                if (!home.text().equals(row.get(0))) {
                    throw new SQLException("asked for the decisions of home " + home + ", reached the database "
                            + row.get(0) + ": an address leads to another database than before");
                }
                identified = true;
            } else if (row.size() == DecisionRow.COLUMNS) {
                decisions.add(DecisionRow.read(row));
            }
        }
        if (!identified) {
            throw new SQLException("the decision log of home " + home + " holds no identity");
        }
        return decisions;
    }

    private static @Nullable Long mark(Reply reply) {
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 2) {
                String mark = row.get(1);
                return mark == null ? null : Long.parseUnsignedLong(mark);
            }
        }
        return null;
    }

    private static Map<TransactionId, Decision> byId(List<Decision> decisions) {
        Map<TransactionId, Decision> byId = new HashMap<>();
        decisions.forEach(d -> byId.put(d.transaction(), d));
        return byId;
    }
}
