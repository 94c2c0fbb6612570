package io.github.postgresxa.transaction;

import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.node.MonotonicClock;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of this process. Finds the one of the calling thread, and begins one in the JTA transaction on first
 * use.
 */
public final class Transactions {

    private static final String NOT_ACCEPTED = "the transaction manager did not accept our resource";

    private static final Duration ENQUIRY_LIMIT = Duration.ofSeconds(10);

    private final TransactionManager manager;
    private final TransactionSynchronizationRegistry registry;
    private final Deadlines deadlines;
    private final CommitProtocol protocol;
    private final SubordinateProtocol subordinate;
    private final ManagerHints hints;
    private final XaListener listener;
    private final ExecutorService workers;
    private final Set<GlobalTransaction> active = ConcurrentHashMap.newKeySet();
    private final Set<GlobalTransaction> stuck = ConcurrentHashMap.newKeySet();
    private final Object key = new Object();
    private final Object doomKey = new Object();
    private volatile boolean draining;

    /**
     * Creates the transactions of one process.
     *
     * @param manager the transaction manager
     * @param registry its registry
     * @param decisions the decision log
     * @param settings what leaves a row
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
            ExecutorService workers,
            ScheduledExecutorService timer,
            IntFunction<@Nullable TimeLimit> limits,
            ManagerHints hints,
            Runnable wakeRecovery,
            BiConsumer<TransactionId, List<Participant>> acknowledged,
            XaListener listener) {
        this.manager = manager;
        this.registry = registry;
        this.hints = hints;
        this.listener = listener;
        this.workers = workers;
        Parallel parallel = new Parallel(workers);
        this.deadlines = new Deadlines(timer, parallel, workers, limits);
        this.protocol = new CommitProtocol(
                decisions,
                new LostReplyResolver(decisions, ENQUIRY_LIMIT, MonotonicClock.SYSTEM),
                parallel,
                new SignsOfLife(
                        decisions,
                        (task, delay) ->
                                timer.schedule(() -> workers.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS)),
                settings.singleWriter(),
                wakeRecovery,
                new HeuristicReporter(listener),
                new Steps(listener),
                acknowledged);
        this.subordinate = new SubordinateProtocol(decisions, parallel, protocol, wakeRecovery);
    }

    /**
     * Finds the calling thread's transaction over these nodes, or begins one.
     *
     * @return the transaction; null if the thread has no JTA transaction at all
     * @throws SQLException if nothing may run in the JTA transaction any more, or no transaction could be begun in it
     */
    public @Nullable GlobalTransaction currentOrBegin() throws SQLException {
        try {
            Transaction jta = manager.getTransaction();
            if (jta == null || isNone(jta.getStatus())) {
                refuseWhileDraining();
                return null;
            }
            Object known = registry.getResource(key);
            return known == null ? begin(jta) : (GlobalTransaction) known;
        } catch (SystemException e) {
            throw new SQLException("the transaction manager could not tell the state of the transaction", "25000", e);
        }
    }

    /**
     * Whether the thread has a JTA transaction in which statements may run.
     *
     * @return true if so
     * @throws SQLException if the manager cannot answer
     */
    public boolean underWay() throws SQLException {
        try {
            Transaction jta = manager.getTransaction();
            return jta != null && !isOver(jta.getStatus());
        } catch (SystemException e) {
            throw new SQLException("the transaction manager could not tell the state of the transaction", "25000", e);
        }
    }

    /** {@return what is known of the calling thread's transaction before its commit, in case it rolls back} */
    RollbackReason reasonIfItRollsBack() {
        try {
            Transaction jta = manager.getTransaction();
            if (jta == null) {
                return RollbackReason.UNKNOWN;
            }
            return new RollbackReason(
                    (GlobalTransaction) registry.getResource(key),
                    knownDoom(),
                    jta.getStatus() == Status.STATUS_MARKED_ROLLBACK,
                    jta.getClass().getName().replaceFirst("^(\\w+\\.\\w+\\.).*", "$1"));
        } catch (SystemException | RuntimeException e) {
            return RollbackReason.UNKNOWN;
        }
    }

    /** {@return the id of the calling thread's transaction, empty if it touched no node} */
    public Optional<TransactionId> currentId() {
        try {
            Transaction jta = manager.getTransaction();
            if (jta == null || jta.getStatus() == Status.STATUS_NO_TRANSACTION) {
                return Optional.empty();
            }
            return registry.getResource(key) instanceof GlobalTransaction ours
                    ? Optional.of(ours.id())
                    : Optional.empty();
        } catch (SystemException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether there is no transaction after all. If one is ending, a statement would run outside it, so it is refused.
     */
    private boolean isNone(int status) throws SQLException {
        if (isOver(status)) {
            return true;
        }
        if (status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK) {
            return false;
        }
        throw new SQLException(
                "the transaction of this thread is ending or has ended; a connection would not be part of it", "25000");
    }

    /**
     * Whether the transaction is over. Some managers leave it on its thread while they call synchronizations after its
     * end.
     */
    private boolean isOver(int status) {
        return switch (status) {
            case Status.STATUS_NO_TRANSACTION -> true;
            case Status.STATUS_COMMITTED, Status.STATUS_ROLLEDBACK ->
                registry.getResource(key) instanceof GlobalTransaction ours && ours.isCompletedHere();
            default -> false;
        };
    }

    private void refuseWhileDraining() throws SQLException {
        if (draining) {
            throw shuttingDown();
        }
    }

    private static SQLException shuttingDown() {
        return new SQLException("this application is shutting down and takes no new work", "57P03");
    }

    private GlobalTransaction begin(Transaction jta) throws SQLException {
        if (draining) {
            throw doomed(jta, shuttingDown());
        }
        GlobalTransaction transaction = new GlobalTransaction();
        FacadeXaResource facade =
                new FacadeXaResource(transaction, protocol, subordinate, deadlines, hints, workers, this::ended);
        try {
            if (!jta.enlistResource(facade)) {
                throw doomed(jta, new SQLException(NOT_ACCEPTED, "25000"));
            }
            registry.registerInterposedSynchronization(new Cleanup(transaction, facade));
            registry.putResource(key, transaction);
            active.add(transaction);
            listener.began(transaction.id());
            return transaction;
        } catch (RollbackException e) {
            SQLException why = knownDoom();
            throw doomed(
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
            throw doomed(jta, why);
        } catch (Error e) {
            SQLException why = new SQLException(NOT_ACCEPTED, "25000", e);
            transaction.doom(why);
            doomed(jta, why);
            throw e;
        }
    }

    /**
     * Marks a transaction in which no resource of ours is enlisted to vote against the commit: the manager has to know.
     * Keeps the reason for later questions.
     */
    private SQLException doomed(Transaction jta, SQLException why) {
        try {
            if (knownDoom() == null) {
                registry.putResource(doomKey, why);
            }
            jta.setRollbackOnly();
        } catch (SystemException | RuntimeException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    private @Nullable SQLException knownDoom() {
        return (SQLException) registry.getResource(doomKey);
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
        if (active.remove(transaction)) {
            listener.finished(transaction.id(), end.outcome(), end.branches(), end.prepared(), end.took());
        }
    }

    /** {@return the transactions of this process that are under way} */
    public List<ActiveTransaction> underWayNow() {
        return active.stream().map(GlobalTransaction::asActive).toList();
    }

    /** {@return how many transactions of this process are under way} */
    public int count() {
        return active.size();
    }

    /**
     * Waits for the end of the transactions that are under way now. Others may begin. A later call does not wait again
     * for a transaction that did not end in time.
     *
     * @param limit how long to wait at most
     * @return whether all of them have ended
     */
    public boolean settle(Duration limit) {
        Set<GlobalTransaction> waitedFor = new HashSet<>(active);
        waitedFor.removeAll(stuck);
        boolean settled = await(limit, () -> {
            waitedFor.retainAll(active);
            return waitedFor.isEmpty();
        });
        stuck.addAll(waitedFor);
        stuck.retainAll(active);
        return settled;
    }

    /**
     * Refuses new transactions and connections outside of transactions, and waits for the end of the transactions under
     * way.
     *
     * @param limit how long to wait at most
     * @return whether none is left
     */
    public boolean drain(Duration limit) {
        draining = true;
        await(limit, () -> stuck.containsAll(active));
        return active.isEmpty();
    }

    private static boolean await(Duration limit, BooleanSupplier done) {
        long end = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Accepts new transactions again. */
    public void resume() {
        draining = false;
    }

    /** Releases what is left when the manager has finished. Some managers call no verb at all before this. */
    private record Cleanup(GlobalTransaction transaction, FacadeXaResource facade) implements Synchronization {

        @Override
        public void beforeCompletion() {
            // The facade seals the transaction when the manager asks it to end.
        }

        @Override
        public void afterCompletion(int status) {
            transaction.completedHere();
            facade.completed();
        }

        /** Atomikos builds this text for every transaction, whatever its log level. */
        @Override
        public String toString() {
            return "postgres-xa";
        }
    }
}
