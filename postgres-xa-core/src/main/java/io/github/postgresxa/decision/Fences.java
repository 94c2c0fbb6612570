package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes rows A: from then on a coordinator that wakes up late cannot commit.
 *
 * <p>That no row exists does not mean that none ever did: a row C that was carried out everywhere is deleted after the
 * retention, and an A in its place would be read as a rollback. So a row A is proved while it holds the key and is
 * invisible to all others. It is taken back if there is no proof.
 */
public final class Fences {

    /**
     * The most fences that are written together: their keys are held during the lookup of their branches, a few
     * milliseconds.
     */
    public static final int TOGETHER = 100;

    private final DecisionSql sql;

    Fences(DecisionSql sql) {
        this.sql = sql;
    }

    /**
     * Writes A unless a row exists. The caller obeys the row that is returned.
     *
     * <p>Before: the branch was seen prepared, or the coordinator's own reply was lost. After: a coordinator that wakes
     * up late cannot commit. Waits at most two seconds for a home that is committing now.
     *
     * @param wire a wire to the home
     * @param id the transaction
     * @param home the home
     * @param participants of a subordinate transaction, the branches that the row covers; else empty
     * @param asked nodes that may hold a branch: their marks are read while the row holds the key
     * @param proof shows that no row C was deleted; called only if this call wrote A
     * @return the row that exists, and the marks; empty if there is none, because there was no proof
     * @throws SQLException if nothing is known: SQLSTATE 55P03 if the home is still committing; an
     *     {@link UnreadableRowException} if a row exists that cannot be read; an {@link UnconfirmedCommitException} if
     *     A may have been written
     */
    public Optional<Fence> write(
            Wire wire,
            TransactionId id,
            NodeIdentity home,
            List<Participant> participants,
            Collection<NodeIdentity> asked,
            Proof proof)
            throws SQLException {
        for (int attempt = 0; attempt < 3; attempt++) {
            Burst burst = sql.fence(List.of(id), home, participants, asked);
            Reply reply = wire.send(burst.text());
            LogReply answer = LogReply.of(burst, reply, home);
            List<DecisionRow> rows = answer.rows();
            if (!rows.isEmpty()) {
                Fence fence = new Fence(rows.get(0).read(), answer.mark(), answer.marks());
                if (answer.wroteAbort(id) && !proof.holds(fence)) {
                    wire.send("rollback").orThrow();
                    return Optional.empty();
                }
                commitDurably(wire);
                return Optional.of(fence);
            }
            wire.send("rollback").orThrow();
            // The row that was in the way is gone, so the key is free: try once more.
        }
        throw new SQLException("the decision row of " + id + " came and went while it was fenced");
    }

    /**
     * Fences several transactions in one transaction of the home, with one proof for all. A fence alone costs three
     * round trips, a connection and a forced write; all together cost the same once. The fences share an xid. That is
     * right as long as it is assigned after the last of the branches was seen prepared: no home's transaction begins to
     * write after that.
     *
     * <p>Before: of each transaction a one-phase branch was seen prepared. Does not wait long for a home that is
     * committing now.
     *
     * @param wire a wire to the home
     * @param ids the transactions, at most {@value #TOGETHER}
     * @param home the home
     * @param asked the nodes that hold the branches
     * @param proof shows for all rows A that this call has written that no row C was deleted
     * @return the row that exists for each; empty if that could not be done for all at once: then nothing was written,
     *     and each has to be fenced alone
     * @throws SQLException if nothing is known; an {@link UnconfirmedCommitException} if rows may have been written
     */
    public Map<TransactionId, Decision> writeTogether(
            Wire wire,
            Collection<TransactionId> ids,
            NodeIdentity home,
            Collection<NodeIdentity> asked,
            CommonProof proof)
            throws SQLException {
        // In the same order everywhere, so that two callers that fence the same ones never wait for each other in a
        // circle.
        List<TransactionId> ordered = ids.stream()
                .sorted(Comparator.comparing(TransactionId::toString))
                .toList();
        Burst burst = sql.fence(ordered, home, List.of(), asked);
        Reply reply = wire.send(burst.text());
        if (reply.error() == null || reply.gone()) {
            LogReply answer = LogReply.of(burst, reply, home);
            Map<TransactionId, Decision> current = new HashMap<>();
            LogReply.readable(answer.rows()).forEach(d -> current.put(d.transaction(), d));
            if (current.keySet().containsAll(ids) && proof.holds(written(answer, ids), answer.marks())) {
                commitDurably(wire);
                return current;
            }
        }
        wire.send("rollback").orThrow();
        return Map.of();
    }

    private static Set<TransactionId> written(LogReply answer, Collection<TransactionId> ids) throws SQLException {
        Set<TransactionId> written = new HashSet<>();
        for (TransactionId id : ids) {
            if (answer.wroteAbort(id)) {
                written.add(id);
            }
        }
        return written;
    }

    private void commitDurably(Wire wire) throws SQLException {
        Reply reply = wire.send(sql.commitDurably());
        if (!reply.endedWith("COMMIT")) {
            throw UnconfirmedCommitException.of(reply, "the fence");
        }
    }

    /** Shows that a transaction whose row A was just written, and is not visible yet, never had a row C. */
    @FunctionalInterface
    public interface Proof {

        /**
         * Checks the proof.
         *
         * @param written the row A and the marks
         * @return whether it holds
         * @throws SQLException if that could not be found out; the row is taken back then
         */
        boolean holds(Fence written) throws SQLException;
    }

    /**
     * Shows that none of the transactions whose rows A were just written, and are not visible yet, ever had a row C.
     */
    @FunctionalInterface
    public interface CommonProof {

        /**
         * Checks the proof.
         *
         * @param written the transactions
         * @param marks of the nodes that hold the branches
         * @return whether it holds for all of them
         * @throws SQLException if that could not be found out; the rows are taken back then
         */
        boolean holds(Set<TransactionId> written, ParticipantMarks marks) throws SQLException;
    }
}
