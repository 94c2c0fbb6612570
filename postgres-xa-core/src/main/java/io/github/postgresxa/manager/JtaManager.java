package io.github.postgresxa.manager;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * A JTA transaction manager, with what the protocol needs to know about it. Only the manager does demarcation and
 * suspension. Its timeouts are a safety net behind ours: {@link PunctualManager} keeps the moment at which a
 * transaction ends, and lets the manager's own timeout come later.
 */
public interface JtaManager extends AutoCloseable {

    /**
     * Wraps an external manager: an application server's, or the application's own.
     *
     * @param manager the manager
     * @param registry its registry
     * @param fallback the timeout of a transaction for which the manager tells none, counted from the first use of a
     *     node; null for none
     * @return the wrapper; its close does nothing
     */
    static JtaManager external(
            TransactionManager manager, TransactionSynchronizationRegistry registry, @Nullable Duration fallback) {
        return new ExternalManager(manager, registry, fallback);
    }

    /** {@return the manager} */
    TransactionManager transactionManager();

    /**
     * Begins a transaction on the calling thread, with another timeout than the thread's.
     *
     * @param seconds its timeout in the manager, which never comes first
     * @param next the timeout of what the thread begins after it; 0 for the manager's default
     * @throws NotSupportedException if the thread has a transaction already
     * @throws SystemException if the manager cannot begin one. A caller looks whether it did all the same
     */
    default void begin(int seconds, int next) throws NotSupportedException, SystemException {
        transactionManager().setTransactionTimeout(seconds);
        try {
            transactionManager().begin();
        } finally {
            transactionManager().setTransactionTimeout(next);
        }
    }

    /** {@return the timeout of transactions that name none; null to leave them to the manager's own default} */
    default @Nullable Duration defaultTimeout() {
        return null;
    }

    /** {@return the longest timeout that the manager allows; what asks for more gets this} */
    default Duration longest() {
        return TimeLimit.LONGEST;
    }

    /** {@return its synchronization registry} */
    TransactionSynchronizationRegistry registry();

    /**
     * Returns the time limit of the calling thread's transaction, if that was begun past {@link PunctualManager}.
     * Called when it uses its first node, and before its commit if it has used none.
     *
     * @param seconds the manager's value in XAResource.setTransactionTimeout; 0 if there was none, negative if no
     *     resource is enlisted
     * @return the limit, no earlier than the application asked; null if it has none, or none is known
     */
    @Nullable
    TimeLimit limit(int seconds);

    /** {@return the receiver of hints about what the manager has to log} */
    ManagerHints hints();

    /** {@return how the log calls it} */
    default String title() {
        return transactionManager().getClass().getName();
    }

    /** {@return what has to be done again and again for transactions with other resources} */
    default List<Task> tasks() {
        return List.of();
    }

    /**
     * Something that has to be done again and again, about once a second.
     *
     * @param isDue whether there is anything to do; never waits
     * @param work what to do; called by one thread at a time, which may wait
     */
    record Task(BooleanSupplier isDue, Runnable work) {}

    /** {@return whether it runs for the nodes alone, so that its transactions are ours to end} */
    default boolean isEmbedded() {
        return true;
    }

    /** {@return whether its recovery knows the nodes} */
    default RecoveryRegistration registration() {
        return RecoveryRegistration.EMBEDDED;
    }

    /**
     * Notes that a resource for its recovery was asked for.
     *
     * @param ours which identifiers are the manager's
     * @param resource the resource
     * @return the resource to give to the manager
     */
    default XAResource registered(Predicate<Xid> ours, XAResource resource) {
        return resource;
    }

    @Override
    void close();
}
