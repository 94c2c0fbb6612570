package io.github.postgresxa.branch;

import io.agroal.api.transaction.TransactionAware;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.DefaultRole;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Session;
import io.github.postgresxa.node.Uninterruptibles;
import io.github.postgresxa.node.XidStatus;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * One node's part of a transaction: a local transaction on one session, from its first statement to its end.
 *
 * <p>The application's work goes through the {@link #gate}. The transaction's end goes through the verbs below. They
 * are sent over the driver's connection and do not use the driver's XAResource: that prepares a read-only branch and
 * then reports that there is nothing to finish, and it takes a failed transaction for a prepared one.
 */
public final class Branch {

    private final Session session;
    private final SessionLease lease;
    private final BranchActivity work;
    private final StatementGate gate;
    private @Nullable Gid gid;
    private String literal = "";
    private @Nullable Xid8 xid;
    private boolean serializable;

    /**
     * Creates a branch that has not begun yet.
     *
     * @param session a session in no transaction, not in auto-commit mode
     * @param pooled the pool's handle on it
     * @param characteristics how the branch begins on the server
     * @throws SQLException if the connection is broken
     */
    public Branch(Session session, TransactionAware pooled, TransactionCharacteristics characteristics)
            throws SQLException {
        this.session = session;
        this.lease = new SessionLease(session, pooled);
        this.work = new BranchActivity(session, characteristics);
        this.gate = new StatementGate(session, work);
    }

    /** {@return the session of this branch} */
    public Session session() {
        return session;
    }

    /** {@return what the application has done so far} */
    public BranchActivity work() {
        return work;
    }

    /** {@return what lets the application's statements in} */
    public StatementGate gate() {
        return gate;
    }

    /** {@return the identity of the node} */
    public NodeIdentity identity() {
        NodeIdentity identity = session.identity();
        if (identity == null) {
            throw new IllegalStateException("a branch joined without its node's identity");
        }
        return identity;
    }

    /**
     * {@return why this branch can only be rolled back, or null; no round trip} Waits for a statement that still runs
     * in another thread.
     */
    public @Nullable SQLException check() {
        if (!Uninterruptibles.tryLock(session.lock(), SessionLease.CANCEL_LIMIT)) {
            return new SQLException(
                    "node '%s': a statement was still running in another thread when the transaction was to commit"
                            .formatted(session.node().name()),
                    "25000");
        }
        try {
            return work.check();
        } finally {
            session.lock().unlock();
        }
    }

    /**
     * Asks what there is to commit. Only a branch whose client saw no write pays a round trip for it. A result of n
     * rows suggests a write but does not prove it (no-op INSTEAD OF triggers, foreign tables); the decision row's own
     * check guards that.
     *
     * @return the vote
     * @throws SQLException if the branch cannot answer: then it can only be rolled back
     */
    public Vote vote() throws SQLException {
        if (!work.begun()) {
            return Vote.IDLE;
        }
        return work.wrote() ? Vote.WROTE : ask();
    }

    /** {@return whether the driver begins it as READ ONLY; the server's view has to be queried} */
    public boolean beginsReadOnly() {
        return work.beginsReadOnly();
    }

    /** {@return whether its client saw it write, so that {@link #vote} needs no round trip} */
    public boolean showedWrite() {
        return work.begun() && work.wrote();
    }

    /**
     * Votes like {@link #vote}, but queries every branch that has begun, so that its xid is known whatever becomes of
     * its PREPARE.
     *
     * @return the vote
     * @throws SQLException if the branch cannot answer: then it can only be rolled back
     */
    public Vote voteWithXid() throws SQLException {
        return work.begun() ? ask() : Vote.IDLE;
    }

    private Vote ask() throws SQLException {
        WriteCheck answer = WriteCheck.ask(lease);
        serializable = answer.serializable();
        xid = answer.xid();
        return answer.vote();
    }

    /**
     * Ends a branch that only read, in one round trip. For a branch that began as READ ONLY as far as the driver knows,
     * in a transaction in which all branches did.
     *
     * <p>Before: no decision will follow. If the COMMIT fails, the branch is rolled back, and nothing was decided.
     *
     * @return whether it is ended. If not, it is unchanged and has to vote: it wrote (into a temporary table, for
     *     example), or the server does not treat it as read-only, because of the application or of the URL's
     *     {@code readOnlyMode}
     * @throws SQLException if it cannot answer, or could not commit what it read
     */
    public boolean endIfReadOnly() throws SQLException {
        return !work.begun() || WriteCheck.endUnlessItWrote(lease);
    }

    /** {@return this branch's transaction id on its node; null while unknown} */
    public @Nullable Xid8 xid() {
        return xid;
    }

    /** {@return whether this reader's COMMIT can still fail although it wrote nothing; known after the vote} */
    public boolean serializable() {
        return serializable;
    }

    /**
     * Prepares the branch under a name.
     *
     * <p>Before: the branch is sealed, and its transaction is open. After: it is on disk, keeps its locks, survives its
     * session and its server, and any session with the right role can finish it. If the answer is not {@code DONE},
     * nothing was decided: roll back.
     *
     * @param name its gid
     * @param roster what it shows once it is prepared
     * @return the answer
     * @see <a href="https://www.postgresql.org/docs/current/sql-prepare-transaction.html">PREPARE TRANSACTION</a>
     */
    public VerbResult prepare(Gid name, Roster roster) {
        gid = name;
        literal = "'" + name.text() + "'";
        PrepareBurst burst = PrepareBurst.on(session);
        Reply reply = lease.send(burst.text(literal, roster));
        VerbResult answer = Replies.toPrepare(reply);
        if (answer.done()) {
            try {
                xid = burst.xid(reply);
            } catch (SQLException e) {
                return VerbResult.unknown(e);
            }
        }
        SQLException problem = answer.problem();
        if (answer.kind() == VerbResult.Kind.REFUSED && problem != null) {
            gid = null;
            return VerbResult.refused(PrepareRefusal.explain(session.node().name(), problem));
        }
        return answer;
    }

    /** {@return the name under which it is prepared; null if it is not} */
    public @Nullable Gid gid() {
        return gid;
    }

    /**
     * Queries how this branch ended after a finishing verb found nothing to finish. Uses only the session that prepared
     * it, because an xid has a meaning only within one incarnation of a server.
     *
     * @return committed or rolled back; unknown if the branch is still prepared, or cannot be queried now
     */
    public Outcome endedAs() {
        Xid8 known = xid;
        if (known == null
                || !session.isDirect()
                || lease.isReleased()
                || session.isGone()
                || session.state() != TransactionState.IDLE) {
            return Outcome.UNKNOWN;
        }
        List<Xid8> asked = List.of(known);
        XidStatus status;
        try {
            status = XidStatus.read(lease.send(XidStatus.question(asked)).rows(), asked)
                    .getOrDefault(known, XidStatus.FORGOTTEN);
        } catch (SQLException e) {
            return Outcome.UNKNOWN;
        }
        return switch (status) {
            case COMMITTED -> Outcome.COMMITTED;
            case ABORTED -> Outcome.ROLLED_BACK;
            case IN_PROGRESS, IN_THE_FUTURE, FORGOTTEN -> Outcome.UNKNOWN;
        };
    }

    /** {@return this prepared branch in the form of the decision row} */
    public Participant asParticipant() {
        Xid8 known = xid;
        return new Participant(identity(), known == null ? Xid8.UNKNOWN : known, session.incarnation());
    }

    /**
     * Sends the decision on the home's own session, once.
     *
     * @param burst the INSERT of the row and COMMIT
     * @return the answer; if it is {@code UNKNOWN}, only the fence can find out
     */
    public VerbResult decide(String burst) {
        return Replies.toDecide(lease.send(burst));
    }

    /**
     * Commits a branch that only read. It can lose nothing, so it needs no special care.
     *
     * @return the answer
     */
    public VerbResult endReading() {
        return Replies.toCommit(lease.ask("commit"));
    }

    /**
     * Commits the branch with a plain COMMIT.
     *
     * @return the answer
     */
    public VerbResult commit() {
        return Replies.toCommit(lease.send(PrepareBurst.STILL_IN_TRANSACTION + "commit"));
    }

    /**
     * Commits the prepared branch with COMMIT PREPARED.
     *
     * @return the answer; if it is not {@code DONE}, recovery goes on
     */
    public VerbResult commitPrepared() {
        return finish("COMMIT PREPARED");
    }

    private VerbResult finish(String verb) {
        if (gid == null) {
            throw new IllegalStateException(verb + " of a branch that was never prepared");
        }
        return Replies.toFinish(DefaultRole.finish(session, lease::send, verb + " " + literal), verb);
    }

    /**
     * Rolls the branch back from any state, also while another thread still works in it. What cannot be reached now is
     * left to the server (an open transaction ends with its session) or to recovery (a prepared one).
     *
     * @param reason what the application receives from now on
     * @return whether nothing is left prepared for recovery to find
     */
    public boolean rollback(String reason) {
        if (lease.isReleased()) {
            return gid == null; // The session belongs to someone else by now.
        }
        if (!session.lock().tryLock()) {
            abort(reason);
            return gid == null;
        }
        try {
            if (session.isGone() || !session.answers()) {
                return gid == null;
            }
            if (session.state() != TransactionState.IDLE) {
                lease.send("rollback");
            }
            return gid == null || finish("ROLLBACK PREPARED").done();
        } finally {
            session.lock().unlock();
        }
    }

    /**
     * Ends the branch's work from another thread: refuses new statements, cancels the running one, and closes the
     * connection, so that the server rolls back. A cancel request may still be on its way, and the application may hold
     * the driver's own objects, so this connection is not used again.
     *
     * @param reason what the application receives from now on
     */
    public void abort(String reason) {
        gate.fence(() -> reason, false);
        lease.abort();
    }

    /** Returns the session to the pool, or destroys it if it is not in order. The application's handles stay fenced. */
    public void release() {
        lease.release(work);
    }

    /** {@return whether the session was returned} */
    public boolean isReleased() {
        return lease.isReleased();
    }

    @Override
    public String toString() {
        return "branch on " + session.node().name();
    }
}
