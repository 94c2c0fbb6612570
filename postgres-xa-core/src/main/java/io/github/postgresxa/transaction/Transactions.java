package io.github.postgresxa.transaction;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Timer;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of this process. Finds the one of the calling thread, and begins one in the JTA transaction on first
 * use.
 */
public final class Transactions {

    private static final String NOT_ACCEPTED = "the transaction manager did not accept our resource";

    private static final Duration ENQUIRY_LIMIT = Duration.ofSeconds(10);

    private final JtaContext context;
    private final Deadlines deadlines;
    private final Protocols protocols;
    private final ManagerHints hints;
    private final XaListener listener;
    private final ExecutorService workers;
    private final Acknowledge acknowledge;
    private final ActiveTransactions active = new ActiveTransactions();

    /**
     * Creates the transactions of one process.
     *
     * @param manager the transaction manager
     * @param registry its registry
     * @param decisions the decision log
     * @param settings what leaves a row
     * @param homes chooses the home of each transaction
     * @param acknowledge when a commit is acknowledged, unless its transaction chooses
     * @param workers threads for steps on several nodes
     * @param timer cancels what takes longer than its timeout
     * @param limits the time limit of the calling thread's transaction, given what the manager says; null for none
     * @param hints receives what the manager has to log
     * @param wakeRecovery called when something is left for recovery
     * @param acknowledged receives every decision to commit: the home and the branches that it names
     * @param listener called at every end
     */
    public Transactions(
            TransactionManager manager,
            TransactionSynchronizationRegistry registry,
            DecisionLog decisions,
            DecisionSettings settings,
            HomeChoice homes,
            Acknowledge acknowledge,
            ExecutorService workers,
            Timer timer,
            IntFunction<@Nullable TimeLimit> limits,
            ManagerHints hints,
            Runnable wakeRecovery,
            BiConsumer<TransactionId, List<Participant>> acknowledged,
            XaListener listener) {
        this.context = new JtaContext(manager, registry);
        this.hints = hints;
        this.listener = listener;
        this.workers = workers;
        this.acknowledge = acknowledge;
        Parallel parallel = new Parallel(workers);
        this.deadlines = new Deadlines(timer, parallel, workers, limits);
        this.protocols = Protocols.over(
                decisions,
                settings.singleWriter(),
                ENQUIRY_LIMIT,
                MonotonicClock.SYSTEM,
                parallel,
                homes,
                workers,
                (task, delay) -> timer.plan(delay, () -> workers.execute(task)),
                wakeRecovery,
                acknowledged,
                listener);
    }

    /**
     * Finds the calling thread's transaction over these nodes, or begins one.
     *
     * @return the transaction; null if the thread has no JTA transaction at all
     * @throws SQLException if nothing may run in the JTA transaction any more, or no transaction could be begun in it
     */
    public @Nullable GlobalTransaction currentOrBegin() throws SQLException {
        Transaction jta = context.toJoin();
        if (jta == null) {
            refuseWhileDraining();
            return null;
        }
        GlobalTransaction known = context.ours();
        return known == null ? begin(jta) : known;
    }

    /**
     * Whether the thread has a JTA transaction in which statements may run.
     *
     * @return true if so
     * @throws SQLException if the manager cannot answer
     */
    public boolean underWay() throws SQLException {
        return context.underWay();
    }

    /**
     * Prepares for the commit of the calling thread's transaction. One that has used no node, so that no resource of
     * ours votes on its time, can only roll back after it.
     *
     * @return what is known of it, in case it rolls back
     */
    RollbackReason beforeCommit() {
        return context.beforeCommit(deadlines::endOfUnused);
    }

    /** {@return the id of the calling thread's transaction, empty if it touched no node} */
    public Optional<TransactionId> currentId() {
        return context.currentId();
    }

    private void refuseWhileDraining() throws SQLException {
        if (active.isDraining()) {
            throw shuttingDown();
        }
    }

    private static SQLException shuttingDown() {
        return new SQLException(
                "this application is shutting down and takes no new work; another instance does, or this one after"
                        + " PostgresXa.resume",
                "57P03");
    }

    private GlobalTransaction begin(Transaction jta) throws SQLException {
        if (active.isDraining()) {
            throw context.doom(jta, shuttingDown());
        }
        context.requireRoom(jta);
        GlobalTransaction transaction = new GlobalTransaction();
        Acknowledge chosen = context.acknowledge();
        transaction.acknowledge(chosen == null ? acknowledge : chosen);
        FacadeXaResource facade = new FacadeXaResource(transaction, protocols, deadlines, hints, workers, this::ended);
        try {
            if (!jta.enlistResource(facade)) {
                throw context.doom(jta, new SQLException(NOT_ACCEPTED, "25000"));
            }
            context.keep(transaction, new Cleanup(context, jta, transaction, facade));
            active.add(transaction);
            listener.began(transaction.id());
            return transaction;
        } catch (RollbackException e) {
            SQLException why = context.doom();
            throw context.doom(
                    jta,
                    new SQLException(
                            "the transaction can only roll back, so no node can join it"
                                    + (why == null ? "" : ": " + why.getMessage()),
                            "25000",
                            why == null ? e : why));
        } catch (SystemException | RuntimeException e) {
            SQLException why = new SQLException(NOT_ACCEPTED, "25000", e);
            // It may be enlisted already.
            transaction.doom(why);
            throw context.doom(jta, why);
        } catch (Error e) {
            SQLException why = new SQLException(NOT_ACCEPTED, "25000", e);
            transaction.doom(why);
            context.doom(jta, why);
            throw e;
        }
    }

    /**
     * Allows only a rollback from now on: a node refused something of the application's work in the current
     * transaction. Does nothing outside a transaction.
     *
     * @param why what the application received
     */
    public void doomCurrent(SQLException why) {
        try {
            GlobalTransaction transaction = currentOrBegin();
            if (transaction != null) {
                transaction.doom(why);
            }
        } catch (SQLException alreadyOver) {
            why.addSuppressed(alreadyOver);
        }
    }

    private void ended(GlobalTransaction transaction, FacadeXaResource.End end) {
        Rest rest = transaction.rest();
        if (rest == null ? active.remove(transaction) : rest.report()) {
            if (rest != null) {
                listener.acknowledged(transaction.id());
            }
            listener.finished(transaction.id(), end.outcome(), end.branches(), end.prepared(), end.took());
            if (rest != null) {
                rest.over().thenAccept(everywhere -> carriedOut(transaction, rest, everywhere));
            }
        }
    }

    /** It counts as active until then: the process does not close before, and a drain waits for it. */
    private void carriedOut(GlobalTransaction transaction, Rest rest, boolean everywhere) {
        active.remove(transaction);
        listener.carriedOut(transaction.id(), everywhere, Duration.ofNanos(rest.age()));
    }

    /**
     * Chooses when the commit of the calling thread's transaction is acknowledged.
     *
     * @param when when it is
     * @throws IllegalStateException if the thread has no transaction, or it is ending
     */
    public void acknowledge(Acknowledge when) {
        context.acknowledge(when);
    }

    /** {@return the transactions of this process that are under way} */
    public List<ActiveTransaction> underWayNow() {
        return active.now();
    }

    /** {@return how many transactions of this process are under way} */
    public int count() {
        return active.count();
    }

    /**
     * Waits for the end of the transactions that are under way now. Others may begin. A later call does not wait again
     * for a transaction that did not end in time, and none waits for the one of the calling thread.
     *
     * @param limit how long to wait at most
     * @return whether all of them have ended
     */
    public boolean settle(Duration limit) {
        return active.settle(limit, own());
    }

    /**
     * Refuses new transactions and connections outside of transactions, and waits for the end of the transactions under
     * way.
     *
     * @param limit how long to wait at most
     * @return whether none is left
     */
    public boolean drain(Duration limit) {
        return active.drain(limit, own());
    }

    /**
     * Waits for the end of the transactions under way before the process closes, and refuses new ones in the end.
     *
     * @param limit how long to wait at most
     * @return whether none is left
     */
    boolean close(Duration limit) {
        return active.close(limit, own());
    }

    /** Keeps others from waiting for the transaction of the calling thread, which cannot end now. */
    void leaveOwn() {
        active.leaveAlone(own());
    }

    /**
     * {@return the transaction of the calling thread, which cannot end while that thread waits; null if there is none,
     * or the manager does not answer any more: an application server may have stopped it before}
     */
    @Nullable
    GlobalTransaction own() {
        try {
            return currentId().isPresent() ? context.ours() : null;
        } catch (RuntimeException | LinkageError e) {
            return null;
        }
    }

    /**
     * Allows only a rollback of a JTA transaction from now on.
     *
     * @param jta the transaction
     * @param failure what work threw that took part in it
     */
    void allowOnlyRollback(Transaction jta, Throwable failure) {
        context.allowOnlyRollback(jta, failure);
    }

    /** Accepts new transactions again. */
    public void resume() {
        active.resume();
    }

    /** Releases what is left when the manager has finished. Some managers call no verb at all before this. */
    private record Cleanup(JtaContext context, Transaction jta, GlobalTransaction transaction, FacadeXaResource facade)
            implements Synchronization {

        @Override
        public void beforeCompletion() {
            // The facade seals the transaction when the manager asks it to end.
        }

        @Override
        public void afterCompletion(int status) {
            transaction.completedHere();
            facade.completed();
            context.completedHere(jta);
        }

        /** Atomikos builds this text for every transaction, whatever its log level. */
        @Override
        public String toString() {
            return "postgres-xa";
        }
    }
}
