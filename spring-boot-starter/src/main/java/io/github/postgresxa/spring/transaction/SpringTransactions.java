package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What Spring asked of a transaction when it began it, kept with the JTA transaction itself. JTA has no words for
 * read-only, for isolation levels and for names, so they cannot travel through the transaction manager.
 *
 * <p>What Spring keeps on the thread does not answer for this: any code may suspend the thread's transaction and begin
 * another one (Hibernate does so for its table generators), and a suspended one may be resumed by another thread.
 */
public final class SpringTransactions {

    /** The same for all contexts: they may share one transaction manager. */
    private static final Object KEY = SpringTransactions.class;

    private volatile @Nullable TransactionSynchronizationRegistry registry;

    /** The registry is not known yet: listeners of the core exist before the core does. */
    public SpringTransactions() {}

    SpringTransactions(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    private record Asked(@Nullable String name, TransactionCharacteristics characteristics) {}

    /**
     * @param registry where it is kept
     */
    public void keepIn(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    /** The calling thread's JTA transaction was just begun by Spring. */
    void begun(@Nullable String name, @Nullable Integer isolation, boolean readOnly) {
        keep(new Asked(name, new TransactionCharacteristics(isolation(isolation), readOnly)));
    }

    /**
     * A method of Spring takes part in the calling thread's JTA transaction, which may have been begun without Spring.
     */
    void joined(@Nullable String name) {
        if (asked() == null) {
            keep(new Asked(name, TransactionCharacteristics.DEFAULT));
        }
    }

    private void keep(Asked asked) {
        TransactionSynchronizationRegistry known = registry;
        if (known != null) { // Before the core is there, no node can be used.
            known.putResource(KEY, asked);
        }
    }

    /** {@return what the server is told when a branch of the calling thread's JTA transaction begins} */
    public TransactionCharacteristics characteristics() {
        Asked asked = asked();
        return asked == null ? TransactionCharacteristics.DEFAULT : asked.characteristics();
    }

    /**
     * {@return Spring's name of the calling thread's JTA transaction; null if it has none, or was begun without Spring}
     */
    public @Nullable String name() {
        Asked asked = asked();
        return asked == null ? null : asked.name();
    }

    /** {@return whether the synchronizations of Spring on this thread are those of its JTA transaction} */
    public boolean synchronizes() {
        return TransactionSynchronizationManager.isSynchronizationActive()
                && TransactionSynchronizationManager.isActualTransactionActive()
                && asked() != null;
    }

    private @Nullable Asked asked() {
        TransactionSynchronizationRegistry known = registry;
        if (known == null || known.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
            return null;
        }
        return known.getResource(KEY) instanceof Asked asked ? asked : null;
    }

    /** READ UNCOMMITTED is READ COMMITTED, because that is what PostgreSQL makes of it. */
    static Isolation isolation(@Nullable Integer level) {
        if (level == null) {
            return Isolation.SERVER_DEFAULT;
        }
        return switch (level) {
            case TransactionDefinition.ISOLATION_READ_UNCOMMITTED, TransactionDefinition.ISOLATION_READ_COMMITTED ->
                Isolation.READ_COMMITTED;
            case TransactionDefinition.ISOLATION_REPEATABLE_READ -> Isolation.REPEATABLE_READ;
            case TransactionDefinition.ISOLATION_SERIALIZABLE -> Isolation.SERIALIZABLE;
            default -> Isolation.SERVER_DEFAULT;
        };
    }
}
