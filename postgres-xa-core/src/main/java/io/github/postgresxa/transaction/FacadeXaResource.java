package io.github.postgresxa.transaction;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Throttle;
import io.github.postgresxa.transaction.CommitProtocol.Ending;
import io.github.postgresxa.transaction.SubordinateProtocol.Prepared;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one resource that a transaction manager sees, whatever the number of nodes. The transaction is one-phase for the
 * manager: it calls {@code commit(xid, true)} and keeps no log. If another resource takes part, the manager calls
 * {@code prepare}, and this is a subordinate coordinator.
 *
 * <p>Verbs may come twice, late, from another thread, or never; each is idempotent. No RuntimeException leaves a verb,
 * because managers take it for success. No interrupt cuts a verb short: calls to nodes run in {@link VerbGuard},
 * and the end is reported on the caller's thread. (XA: The XA Specification, X/Open C193, chapter 3.)
 */
public final class FacadeXaResource implements XAResource {

    private static final Logger LOG = LoggerFactory.getLogger(FacadeXaResource.class);

    private static final Xid[] NONE = new Xid[0];

    private static final Throttle UNKNOWNS = new Throttle(20, Duration.ofSeconds(10), System::nanoTime);

    private final GlobalTransaction transaction;
    private final CommitProtocol protocol;
    private final SubordinateProtocol subordinate;
    private final Deadlines deadlines;
    private final ManagerHints hints;
    private final VerbGuard guard;
    private final BiConsumer<GlobalTransaction, End> ended;
    private @Nullable Xid started;
    private Prepared prepared = Prepared.over(Votes.NONE, new Ending(CommitOutcome.unknown(null), 0));
    private int timeout;
    private volatile @Nullable TimeLimit limit;

    FacadeXaResource(
            GlobalTransaction transaction,
            Protocols protocols,
            Deadlines deadlines,
            ManagerHints hints,
            Executor workers,
            BiConsumer<GlobalTransaction, End> ended) {
        this.transaction = transaction;
        this.protocol = protocols.commit();
        this.subordinate = protocols.subordinate();
        this.deadlines = deadlines;
        this.hints = hints;
        this.guard = new VerbGuard(transaction, protocol, workers);
        this.ended = ended;
    }

    @Override
    public synchronized void start(Xid xid, int flags) throws XAException {
        // Joining and resuming need nothing: branches follow the JTA transaction, not the thread.
        if (started == null) {
            // First: no transaction runs without its deadline.
            limitTheTime();
            Xid own = ManagerXid.of(xid);
            announce(own);
            started = own;
        }
    }

    private void announce(Xid xid) throws XAException {
        try {
            hints.starts(xid);
        } catch (RuntimeException e) {
            throw XaAnswers.cannotBegin(transaction.id(), String.valueOf(e.getMessage()), e);
        }
    }

    private void limitTheTime() throws XAException {
        try {
            limit = deadlines.set(transaction, timeout);
        } catch (RuntimeException | Error e) {
            throw XaAnswers.cannotBegin(transaction.id(), "its deadline could not be set: " + e, e);
        }
    }

    @Override
    public void end(Xid xid, int flags) {
        // Nothing to do: sealing the transaction closes the application's connections to new statements.
    }

    @Override
    public void commit(Xid xid, boolean onePhase) throws XAException {
        long start = System.nanoTime();
        if (!onePhase) {
            commitPrepared(start);
            return;
        }
        if (!sealInTime()) {
            repeat();
            return;
        }
        answer(guard.run(() -> protocol.commit(transaction)), start);
    }

    @Override
    public int prepare(Xid xid) throws XAException {
        long start = System.nanoTime();
        if (!sealInTime()) {
            throw XaAnswers.rolledBack(transaction.id(), transaction.abortReason());
        }
        Ending result = guard.run(() -> {
            hints.prepares(xid);
            prepared = subordinate.prepare(transaction, ManagerXid.of(xid));
            return prepared.ending();
        });
        if (transaction.phase() == TransactionPhase.PREPARED && prepared.agreed()) {
            // The manager decides whether it commits.
            hints.agree(
                    xid,
                    prepared.participants().stream().map(Participant::identity).toList());
            return XA_OK;
        }
        // If branches stay prepared, it has to roll back.
        answer(result, start);
        return XA_RDONLY;
    }

    /** {@return whether it may be prepared} The clock decides on its deadline, however late the timer comes. */
    private boolean sealInTime() {
        TimeLimit time = limit;
        if (time != null && time.isOver()) {
            guard.run(() -> {
                deadlines.expire(transaction, time);
                return new Ending(CommitOutcome.rolledBack(null), 0);
            });
        }
        return transaction.seal(TransactionPhase.PREPARING, hasEnded());
    }

    private void commitPrepared(long start) throws XAException {
        if (transaction.phase() != TransactionPhase.PREPARED) {
            repeat();
            return;
        }
        // No manager commits what has not agreed.
        Ending ending = guard.run(() -> prepared.agreed()
                ? subordinate.commit(transaction, prepared)
                : subordinate.rollback(transaction, prepared));
        if (ending.outcome().outcome() == Outcome.ROLLED_BACK) {
            finish(ending, start);
            // A row A of another process came first.
            throw XaAnswers.rolledBackAfterAll(transaction.id());
        }
        answer(ending, start);
    }

    @Override
    public void rollback(Xid xid) throws XAException {
        long start = System.nanoTime();
        String reason = "transaction " + transaction.id() + " was rolled back";
        if (transaction.seal(TransactionPhase.ABORTED, () -> reason)) {
            List<Branch> branches = transaction.branches();
            guard.run(() -> {
                protocol.abort(transaction.id(), branches, reason);
                return new Ending(CommitOutcome.rolledBack(null), 0);
            });
            finish(new Ending(CommitOutcome.rolledBack(null), 0), start);
            return;
        }
        switch (transaction.phase()) {
            case ABORTED -> finish(new Ending(CommitOutcome.rolledBack(transaction.abortReason()), 0), start);
            case PREPARED -> {
                Ending ending = guard.run(() -> subordinate.rollback(transaction, prepared));
                switch (ending.outcome().outcome()) {
                    case ROLLED_BACK -> finish(ending, start);
                    case COMMITTED -> {
                        finish(ending, start);
                        throw XaAnswers.committedAfterAll(transaction.id());
                    }
                    case UNKNOWN -> answer(ending, start);
                }
            }
            // A decision is on its way or known: it cannot be taken back.
            default -> throw XaAnswers.unknown(transaction.id(), null);
        }
    }

    /** Answers a verb that comes again after the end: as before, or better if more is known by now. */
    private void repeat() throws XAException {
        switch (transaction.phase()) {
            case ACKNOWLEDGED, COMMITTED -> LOG.debug("{} was committed before", transaction);
            case ABORTED -> throw XaAnswers.rolledBack(transaction.id(), transaction.abortReason());
            case UNDECIDED -> repeatUndecided();
            default -> throw XaAnswers.unknown(transaction.id(), null);
        }
    }

    private void repeatUndecided() throws XAException {
        CommitOutcome now = guard.askAgain();
        switch (now.outcome()) {
            case COMMITTED -> LOG.info(LogMessages.UNKNOWN_NO_MORE, transaction.id());
            case ROLLED_BACK -> throw XaAnswers.rolledBackAfterAll(transaction.id());
            case UNKNOWN -> throw XaAnswers.unknown(transaction.id(), now.reason());
        }
    }

    /** {@return what an application reads that uses the transaction's connections from now on} */
    private Supplier<String> hasEnded() {
        TransactionId id = transaction.id();
        return () -> "transaction " + id + " has ended, and this is " + GlobalTransaction.HELD_BEYOND;
    }

    private void answer(Ending ending, long start) throws XAException {
        CommitOutcome outcome = ending.outcome();
        // The manager asks again.
        boolean undecided = transaction.phase() == TransactionPhase.PREPARED;
        if (!undecided) {
            finish(ending, start);
        }
        switch (outcome.outcome()) {
            case COMMITTED -> LOG.trace("{} is committed", transaction);
            case ROLLED_BACK -> {
                transaction.rolledBackBecause(outcome.reason());
                throw XaAnswers.rolledBack(transaction.id(), outcome.reason());
            }
            case UNKNOWN -> {
                XAException answer = transaction.phase() == TransactionPhase.COMMITTED
                        ? XaAnswers.mixed(transaction.id(), outcome.reason())
                        : XaAnswers.unknown(transaction.id(), outcome.reason());
                // Not every manager passes the message on to the application.
                if (UNKNOWNS.pass()) {
                    LOG.warn(LogMessages.UNKNOWN, answer.getMessage(), UNKNOWNS.more());
                }
                throw answer;
            }
        }
    }

    private void finish(Ending ending, long start) {
        List<Branch> branches = transaction.branches();
        guard.release();
        ended.accept(
                transaction,
                new End(
                        ending.outcome().outcome(),
                        branches.size(),
                        ending.prepared(),
                        Duration.ofNanos(System.nanoTime() - start)));
    }

    /**
     * Cleans up when the manager has finished the transaction. If its own log fails, Atomikos calls neither commit nor
     * rollback.
     */
    void completed() {
        Xid xid = started;
        if (transaction.phase() == TransactionPhase.PREPARED && xid != null && hints.neverCommits(xid)) {
            rollBackRefused(xid);
        }
        if (transaction.phase() == TransactionPhase.PREPARED) {
            // In doubt for the manager. Its recovery returns to the transaction by name and without this object; a
            // prepared branch needs no session.
            long start = System.nanoTime();
            guard.run(() -> {
                protocol.abort(
                        transaction.id(), prepared.votes().readers(), "transaction " + transaction.id() + " is over");
                return new Ending(CommitOutcome.unknown(null), 0);
            });
            finish(
                    new Ending(
                            CommitOutcome.unknown(null),
                            prepared.votes().writers().size()),
                    start);
        } else {
            endWhatWasLeft();
        }
        if (xid != null) {
            hints.ends(xid);
        }
    }

    private void rollBackRefused(Xid xid) {
        try {
            rollback(xid);
        } catch (XAException e) {
            LOG.debug("{} waits for recovery: {}", transaction, XaAnswers.text(e));
        }
    }

    private void endWhatWasLeft() {
        // Otherwise there is nothing to undo.
        if (!transaction.phase().isCommitted()) {
            try {
                rollback(ManagerXid.NONE);
            } catch (XAException alreadyEnded) {
                LOG.trace("{} had ended before its completion was announced", transaction);
            }
        }
        guard.release();
    }

    /** {@return whether it was enlisted on behalf of the owner of these hints} */
    public boolean belongsTo(ManagerHints owner) {
        return owner == hints;
    }

    @Override
    public void forget(Xid xid) {
        // Nothing is kept on the manager's behalf. XAER_NOTA here would make Narayana keep its record for ever.
    }

    @Override
    public Xid[] recover(int flag) {
        // The resource that the manager's binding registers lists what has to be recovered.
        return NONE;
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other == this;
    }

    @Override
    public synchronized boolean setTransactionTimeout(int seconds) {
        timeout = seconds;
        return true;
    }

    @Override
    public int getTransactionTimeout() {
        return timeout;
    }

    @Override
    public String toString() {
        return "postgres-xa facade of " + transaction;
    }

    /**
     * How a transaction ended, for metrics and listeners.
     *
     * @param outcome what was reported to the application
     * @param branches nodes it used
     * @param prepared branches that were prepared
     * @param took how long the end took
     */
    record End(Outcome outcome, int branches, int prepared, Duration took) {}
}
