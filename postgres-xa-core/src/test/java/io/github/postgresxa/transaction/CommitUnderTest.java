package io.github.postgresxa.transaction;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.HomeReason;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** One transaction and the commit protocol, for a test that plays both the application and the servers. */
public final class CommitUnderTest {

    private final GlobalTransaction transaction;
    private final CommitProtocol protocol;
    private final SubordinateProtocol subordinate;
    private SubordinateProtocol.@Nullable Prepared prepared;

    /**
     * Begins without branches.
     *
     * @param id the transaction's id
     * @param decisions the decision log
     * @param enquiryLimit how long the protocol asks for a lost reply
     * @param clock the time
     * @param singleWriterDecides whether a single writer leaves a row
     * @param acknowledge when the application gets the outcome
     * @param background finishes branches after that
     * @param listener receives alarms
     * @param home chooses one of so many writers
     */
    public CommitUnderTest(
            TransactionId id,
            DecisionLog decisions,
            Duration enquiryLimit,
            MonotonicClock clock,
            boolean singleWriterDecides,
            Acknowledge acknowledge,
            Executor background,
            XaListener listener,
            IntUnaryOperator home) {
        this.transaction = new GlobalTransaction(id);
        transaction.acknowledge(acknowledge);
        Protocols protocols = Protocols.over(
                decisions,
                singleWriterDecides,
                enquiryLimit,
                clock,
                new Parallel(Runnable::run),
                (writers, as) ->
                        new HomeChoice.Home(writers.get(home.applyAsInt(writers.size())), HomeReason.FIRST_USED),
                background,
                // Never runs.
                (task, delay) -> () -> {},
                () -> {},
                (decided, writers) -> {},
                listener);
        this.protocol = protocols.commit();
        this.subordinate = protocols.subordinate();
    }

    /** Adds a branch. */
    public void join(Branch branch) throws SQLException {
        transaction.join(branch);
    }

    /** {@return whether the thread that ended the transaction releases the branch, not the background} */
    public boolean releases(Branch branch) {
        Rest rest = transaction.rest();
        return rest == null || !rest.has(branch);
    }

    /** {@return the outcome that the application gets} */
    public Outcome commit() {
        transaction.seal(TransactionPhase.PREPARING, () -> "the transaction is ending");
        return protocol.commit(transaction).outcome().outcome();
    }

    /**
     * The subordinate case: the first phase.
     *
     * @param xid the manager's
     * @return the outcome that the manager gets; see {@link #isPrepared}
     */
    public Outcome prepare(ManagerXid xid) {
        transaction.seal(TransactionPhase.PREPARING, () -> "the transaction is ending");
        SubordinateProtocol.Prepared first = subordinate.prepare(transaction, xid);
        prepared = first;
        return first.ending().outcome().outcome();
    }

    /** {@return whether branches are prepared, and the manager decides or has to roll back} */
    public boolean isPrepared() {
        return transaction.phase() == TransactionPhase.PREPARED;
    }

    /** {@return whether the manager may commit} */
    public boolean hasAgreed() {
        return first().agreed();
    }

    private SubordinateProtocol.Prepared first() {
        return Objects.requireNonNull(prepared, "prepare was not called");
    }

    /** {@return the outcome that the manager gets after it has decided to commit} */
    public Outcome commitPrepared() {
        return subordinate.commit(transaction, first()).outcome().outcome();
    }

    /** {@return the outcome that the manager gets after it has decided to roll back} */
    public Outcome rollbackPrepared() {
        return subordinate.rollback(transaction, first()).outcome().outcome();
    }

    /** Rolls back as the manager does when the application failed. */
    public void rollback() {
        transaction.seal(TransactionPhase.ABORTED, () -> "the transaction is rolled back");
        protocol.abort(transaction.id(), transaction.branches(), "the transaction is rolled back");
    }
}
