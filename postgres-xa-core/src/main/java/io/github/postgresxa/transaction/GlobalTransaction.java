package io.github.postgresxa.transaction;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Planned;
import io.github.postgresxa.node.StackRoom;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One JTA transaction in this process: its branches in the order of first use, and its phase. This object's monitor
 * guards all state. The monitor is never held during a call to a node.
 */
public final class GlobalTransaction {

    /** What to think of when a transaction that has ended is used again. */
    static final String HELD_BEYOND =
            "a connection held beyond its transaction, for example by an EntityManagerFactory without JTA";

    private final TransactionId id;
    private final long began = System.nanoTime();
    private List<Branch> branches = List.of(); // Replaced by a longer one: it is read more often than it grows.
    private TransactionPhase phase = TransactionPhase.ACTIVE;
    private @Nullable Throwable abortReason;
    private @Nullable SQLException doom;
    private @Nullable Throwable rollbackReason;
    private @Nullable Planned deadline;
    private @Nullable Branch undecidedHome;
    private @Nullable Thread completedBy;
    private Acknowledge acknowledge = Acknowledge.FINISHED;
    private @Nullable Rest rest;
    private boolean overruled;

    /** Creates a transaction that no other thread knows yet. */
    GlobalTransaction() {
        this(TransactionId.random());
    }

    GlobalTransaction(TransactionId id) {
        this.id = id;
    }

    /** {@return its id} */
    public TransactionId id() {
        return id;
    }

    /**
     * Finds the branch on a node.
     *
     * @param node a node
     * @return the branch there, null if there is none yet
     * @throws SQLException if the transaction is over or ending: a connection outside it would commit on its own
     */
    public synchronized @Nullable Branch branchOn(Node node) throws SQLException {
        refuseUnlessActive(node);
        for (Branch branch : branches) {
            if (branch.session().node() == node) {
                return branch;
            }
        }
        return null;
    }

    /**
     * Adds a branch.
     *
     * @param branch a branch that has done nothing yet
     * @throws SQLException if the transaction is sealed, or already has a branch in the same database under another
     *     name
     */
    public synchronized void join(Branch branch) throws SQLException {
        Node node = branch.session().node();
        refuseUnlessActive(node);
        NodeIdentity identity = branch.identity();
        for (Branch other : branches) {
            if (other.identity().equals(identity)) {
                throw new SQLException(
                        "nodes '%s' and '%s' are one database; configure it once"
                                .formatted(other.session().node().name(), node.name()),
                        "25000");
            }
        }
        branches = with(branch);
    }

    private List<Branch> with(Branch branch) {
        if (branches.size() < 2) {
            return branches.isEmpty() ? List.of(branch) : List.of(branches.get(0), branch);
        }
        List<Branch> more = new ArrayList<>(branches);
        more.add(branch);
        return List.copyOf(more);
    }

    /**
     * Allows only a rollback from now on, because a node gave no connection. The first reason counts.
     *
     * @param node the node
     * @param why what the application received
     */
    public void doom(Node node, Throwable why) {
        String state = why instanceof SQLException e && e.getSQLState() != null ? e.getSQLState() : "08001";
        String said = why.getMessage() == null ? why.getClass().getName() : why.getMessage();
        String message = said.contains("'" + node.name() + "'") ? said : "node '%s': %s".formatted(node.name(), said);
        doom(new SQLException("the application continued without a node's part: " + message, state, why));
    }

    /** Allows only a rollback from now on. A transaction that is already ending keeps its own reason. */
    synchronized void doom(SQLException why) {
        if (doom == null && phase == TransactionPhase.ACTIVE) {
            doom = why;
        }
    }

    synchronized @Nullable SQLException doom() {
        return doom;
    }

    private void refuseUnlessActive(Node node) throws SQLException {
        if (phase != TransactionPhase.ACTIVE) {
            String why = abortReason == null
                    ? "it is ending or has ended (%s)".formatted(HELD_BEYOND)
                    : String.valueOf(abortReason.getMessage());
            String refusal =
                    "node '%s' cannot take part in transaction %s any more: %s".formatted(node.name(), id, why);
            throw abortReason instanceof TimedOutException
                    ? new SQLTimeoutException(refusal, "25000")
                    : new SQLException(refusal, "25000");
        }
    }

    /** Sets the deadline's task, which is cancelled when the transaction ends before it. */
    synchronized void deadline(Planned task) {
        if (phase == TransactionPhase.ACTIVE) {
            deadline = task;
        } else {
            task.cancel();
        }
    }

    /**
     * Seals the transaction: from here on no branch joins and no statement of the application starts.
     *
     * @param next PREPARING to commit, ABORTED to roll back
     * @param reason makes what the application's handles report from now on
     * @return whether this call sealed it; false if it is ending already
     */
    synchronized boolean seal(TransactionPhase next, Supplier<String> reason) {
        return seal(next, reason, null);
    }

    /**
     * Seals the transaction with a cause, which the manager receives when it asks later.
     *
     * @param cause why the transaction ends before anyone asked for its end
     */
    synchronized boolean seal(TransactionPhase next, Supplier<String> reason, @Nullable Throwable cause) {
        if (phase != TransactionPhase.ACTIVE) {
            return false;
        }
        StackRoom.require(); // An error between these steps would leave a transaction that nobody ends.
        phase = phase.moveTo(next);
        abortReason = cause;
        if (deadline != null) {
            deadline.cancel();
        }
        for (Branch branch : branches) {
            branch.gate().fence(reason, cause instanceof TimedOutException);
        }
        return true;
    }

    synchronized void moveTo(TransactionPhase next) {
        phase = phase.moveTo(next);
    }

    synchronized TransactionPhase phase() {
        return phase;
    }

    synchronized List<Branch> branches() {
        return branches;
    }

    synchronized ActiveTransaction asActive() {
        return new ActiveTransaction(
                id,
                phase,
                Duration.ofNanos(System.nanoTime() - began),
                branches.stream().map(b -> b.session().node().name()).toList());
    }

    synchronized @Nullable Throwable abortReason() {
        return abortReason;
    }

    /** Notes why it was rolled back. */
    synchronized void rolledBackBecause(@Nullable Throwable reason) {
        if (rollbackReason == null) {
            rollbackReason = reason;
        }
    }

    /** {@return why it was rolled back, as far as it is known here} */
    synchronized @Nullable Throwable rollbackReason() {
        return abortReason == null ? rollbackReason : abortReason;
    }

    /** Sets when its commit is acknowledged. */
    synchronized void acknowledge(Acknowledge when) {
        acknowledge = when;
    }

    synchronized Acknowledge acknowledge() {
        return acknowledge;
    }

    /** Leaves branches to the background. */
    synchronized void leave(Rest branches) {
        rest = branches;
    }

    /** {@return what was left to the background; null if nothing was} */
    synchronized @Nullable Rest rest() {
        return rest;
    }

    /** {@return the branches that the thread which ended the transaction has to release} */
    synchronized List<Branch> toRelease() {
        Rest left = rest;
        return left == null
                ? branches
                : branches.stream().filter(b -> !left.has(b)).toList();
    }

    /** {@return the names of the nodes on which a statement is running now} */
    List<String> busyNodes() {
        return branches().stream()
                .filter(b -> b.session().lock().isLocked())
                .map(b -> "'" + b.session().node().name() + "'")
                .toList();
    }

    /** Remembers where to look up the decision after the outcome was reported as unknown. */
    synchronized void askLaterAt(Branch home) {
        undecidedHome = home;
    }

    synchronized @Nullable Branch askLaterAt() {
        return undecidedHome;
    }

    /** Notes that the manager's rollback met an operator's order to commit. */
    synchronized void overrule() {
        overruled = true;
    }

    synchronized boolean isOverruled() {
        return overruled;
    }

    /** Notes that the manager has reported the end to the calling thread. */
    synchronized void completedHere() {
        completedBy = Thread.currentThread();
    }

    /**
     * Whether the calling thread knows the end of the transaction, because it ended it. Another thread may have ended
     * it, at its timeout, while this one still works in it.
     */
    synchronized boolean isCompletedHere() {
        return completedBy == Thread.currentThread();
    }

    @Override
    public String toString() {
        return "transaction " + id;
    }
}
