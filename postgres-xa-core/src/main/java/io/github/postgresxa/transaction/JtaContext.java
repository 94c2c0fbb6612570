package io.github.postgresxa.transaction;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.node.StackRoom;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The JTA transaction of the calling thread, and what is kept in it: ours, and why it can only roll back. */
final class JtaContext {

    private final TransactionManager manager;
    private final TransactionSynchronizationRegistry registry;
    private final Object key = new Object();
    private final Object doomKey = new Object();
    private final Object acknowledgeKey = new Object();
    private final ThreadLocal<@Nullable Transaction> notBegun = new ThreadLocal<>();
    private final ThreadLocal<@Nullable Reference<Transaction>> completed = new ThreadLocal<>();

    JtaContext(TransactionManager manager, TransactionSynchronizationRegistry registry) {
        this.manager = manager;
        this.registry = registry;
    }

    /**
     * Finds the JTA transaction to which a connection would belong.
     *
     * @return the transaction; null if the thread has none
     * @throws SQLException if it is ending: a statement would run outside it
     */
    @Nullable
    Transaction toJoin() throws SQLException {
        try {
            Transaction jta = manager.getTransaction();
            return jta == null || isNone(jta) ? null : jta;
        } catch (SystemException e) {
            throw unknownState(e);
        }
    }

    /** {@return whether the thread has a JTA transaction in which statements may run} */
    boolean underWay() throws SQLException {
        try {
            Transaction jta = manager.getTransaction();
            return jta != null && !isOver(jta, jta.getStatus());
        } catch (SystemException e) {
            throw unknownState(e);
        }
    }

    private static SQLException unknownState(SystemException e) {
        return new SQLException("the transaction manager did not report the state of the transaction", "25000", e);
    }

    /** Whether there is no transaction after all. If one is ending, a statement would run outside it: refused. */
    private boolean isNone(Transaction jta) throws SQLException, SystemException {
        int status = jta.getStatus();
        if (isOver(jta, status)) {
            return true;
        }
        if (isOpen(status)) {
            return false;
        }
        throw new SQLException(
                "the transaction of this thread is ending or has ended, and a connection would not be part of it: it"
                        + " would be "
                        + GlobalTransaction.HELD_BEYOND,
                "25000");
    }

    private static boolean isOpen(int status) {
        return status == Status.STATUS_ACTIVE || status == Status.STATUS_MARKED_ROLLBACK;
    }

    /**
     * Whether the transaction is over. Some managers leave it on its thread while they call synchronizations after its
     * end.
     */
    private boolean isOver(Transaction jta, int status) {
        return switch (status) {
            case Status.STATUS_NO_TRANSACTION -> true;
            case Status.STATUS_COMMITTED, Status.STATUS_ROLLEDBACK -> isCompletedHere(jta);
            default -> false;
        };
    }

    private boolean isCompletedHere(Transaction jta) {
        try {
            return registry.getResource(key) instanceof GlobalTransaction ours && ours.isCompletedHere();
        } catch (IllegalStateException e) { // Narayana's registry tells nothing of a transaction that has ended.
            Reference<Transaction> last = completed.get();
            return last != null && jta.equals(last.get());
        }
    }

    /** Notes that the manager has reported the end of this transaction to the calling thread. */
    void completedHere(Transaction jta) {
        completed.set(new WeakReference<>(jta)); // Nothing of ours stays on a thread of an application server.
    }

    /** {@return the transaction over these nodes that was begun in it; null if there is none yet} */
    @Nullable
    GlobalTransaction ours() {
        return (GlobalTransaction) registry.getResource(key);
    }

    /** Keeps the transaction that was begun in it. */
    void keep(GlobalTransaction ours, Synchronization cleanup) {
        registry.registerInterposedSynchronization(cleanup);
        registry.putResource(key, ours);
    }

    /**
     * Sets when the commit of the thread's transaction is acknowledged, whether or not it has used a node yet.
     *
     * @throws IllegalStateException if the thread has none, or it is ending
     */
    void acknowledge(Acknowledge when) {
        try {
            Transaction jta = manager.getTransaction();
            if (jta == null || !isOpen(jta.getStatus())) {
                throw new IllegalStateException(
                        "this thread has no open transaction whose acknowledgement could be chosen");
            }
            registry.putResource(acknowledgeKey, when);
            GlobalTransaction ours = ours();
            if (ours != null) {
                ours.acknowledge(when);
            }
        } catch (SystemException e) {
            throw new IllegalStateException(
                    "the transaction manager does not tell whether this thread has a transaction", e);
        }
    }

    /** {@return when the commit of the thread's transaction is acknowledged, as it has chosen itself; null if not} */
    @Nullable
    Acknowledge acknowledge() {
        return (Acknowledge) registry.getResource(acknowledgeKey);
    }

    /** {@return the id of ours, empty if it touched no node} */
    Optional<TransactionId> currentId() {
        try {
            Transaction jta = manager.getTransaction();
            if (jta == null || jta.getStatus() == Status.STATUS_NO_TRANSACTION) {
                return Optional.empty();
            }
            return registry.getResource(key) instanceof GlobalTransaction ours
                    ? Optional.of(ours.id())
                    : Optional.empty();
        } catch (SystemException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    /**
     * Prepares for the commit of the thread's transaction.
     *
     * @param overdue why one that has used no node can only roll back; null if it can commit
     * @return what is known of it, in case it rolls back
     */
    RollbackReason beforeCommit(Supplier<@Nullable SQLException> overdue) {
        try {
            Transaction jta = manager.getTransaction();
            if (jta == null) {
                return RollbackReason.UNKNOWN;
            }
            GlobalTransaction ours = ours();
            SQLException late = ours == null && jta.getStatus() == Status.STATUS_ACTIVE ? overdue.get() : null;
            if (late != null) {
                doom(jta, late);
            }
            return new RollbackReason(
                    ours,
                    ours == null ? doom() : null, // Otherwise the reason is in ours.
                    jta.getStatus() == Status.STATUS_MARKED_ROLLBACK,
                    jta.getClass().getName());
        } catch (SystemException | RuntimeException e) {
            return RollbackReason.UNKNOWN;
        }
    }

    /**
     * Fails if the stack has no room to begin a transaction. The application may swallow that, and go on without this
     * node's part. There is no room to tell the manager, nor for an exception whose class is not loaded yet, so the
     * next use of a node refuses.
     */
    void requireRoom(Transaction jta) throws SQLException {
        Transaction before = notBegun.get();
        notBegun.set(jta);
        StackRoom.requireForWork();
        if (jta.equals(before)) {
            throw doom(
                    jta,
                    new SQLException(
                            "the application continued without a node's part, which could not begin at the end of the"
                                    + " stack",
                            "25000"));
        }
        notBegun.set(null);
    }

    /**
     * Marks a transaction in which no resource of ours is enlisted to vote against the commit: the manager has to know.
     * Keeps the reason for later questions.
     *
     * @return the reason
     */
    SQLException doom(Transaction jta, SQLException why) {
        try {
            if (doom() == null) {
                registry.putResource(doomKey, why);
            }
            jta.setRollbackOnly();
        } catch (SystemException | RuntimeException e) {
            why.addSuppressed(e);
        }
        return why;
    }

    /**
     * Allows only a rollback of a JTA transaction from now on: work that took part in it failed. Its commit gives that
     * as the reason.
     *
     * @param jta the transaction
     * @param failure what the work threw
     */
    void allowOnlyRollback(Transaction jta, Throwable failure) {
        SQLException why = new SQLException("work that took part in it failed: " + failure, "25000", failure);
        try {
            if (jta.equals(manager.getTransaction())) {
                GlobalTransaction ours = ours();
                if (ours != null) {
                    ours.doom(why);
                }
                doom(jta, why);
            } else if (isOpen(jta.getStatus())) {
                jta.setRollbackOnly(); // The work left it suspended.
            }
        } catch (SystemException e) {
            throw new IllegalStateException("the transaction could not be marked rollback-only", e);
        }
    }

    /** {@return why it was doomed; null if it was not} */
    @Nullable
    SQLException doom() {
        return (SQLException) registry.getResource(doomKey);
    }
}
