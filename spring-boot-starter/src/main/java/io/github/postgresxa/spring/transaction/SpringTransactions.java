package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Keeps the characteristics that Spring requested for a transaction with the JTA transaction itself. JTA has no terms
 * for read-only, for isolation levels and for names, so they cannot pass through the transaction manager.
 *
 * <p>The values that Spring keeps on the thread are not enough: any code may suspend the thread's transaction and begin
 * another one (Hibernate does so for its table generators), and another thread may resume a suspended one.
 */
public final class SpringTransactions {

    /** Is the same for all contexts, because they may share one transaction manager. */
    private static final Object KEY = SpringTransactions.class;

    private volatile @Nullable TransactionSynchronizationRegistry registry;

    /** Creates an instance without a registry, because listeners of the core exist before the core does. */
    public SpringTransactions() {}

    SpringTransactions(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    private record Requested(@Nullable String name, TransactionCharacteristics characteristics) {}

    /**
     * Sets the registry. Until then nothing is kept.
     *
     * @param registry keeps the characteristics with each transaction
     */
    public void keepIn(TransactionSynchronizationRegistry registry) {
        this.registry = registry;
    }

    /** Keeps the characteristics of the calling thread's JTA transaction, which Spring has just begun. */
    void begun(@Nullable String name, @Nullable Integer isolation, boolean readOnly) {
        keep(new Requested(name, new TransactionCharacteristics(isolation(isolation), readOnly)));
    }

    /**
     * Keeps the name of a method that takes part in the calling thread's JTA transaction, if that was begun without
     * Spring.
     */
    void joined(@Nullable String name) {
        if (requested() == null) {
            keep(new Requested(name, TransactionCharacteristics.DEFAULT));
        }
    }

    private void keep(Requested requested) {
        TransactionSynchronizationRegistry known = registry;
        if (known != null) { // Before the core exists, no node can be used.
            known.putResource(KEY, requested);
        }
    }

    /** {@return the characteristics with which branches of the calling thread's JTA transaction begin} */
    public TransactionCharacteristics characteristics() {
        Requested requested = requested();
        return requested == null ? TransactionCharacteristics.DEFAULT : requested.characteristics();
    }

    /**
     * {@return Spring's name of the calling thread's JTA transaction; null if it has none, or was begun without Spring}
     */
    public @Nullable String name() {
        Requested requested = requested();
        return requested == null ? null : requested.name();
    }

    /** {@return whether Spring's synchronizations on this thread belong to its JTA transaction} */
    public boolean synchronizes() {
        return TransactionSynchronizationManager.isSynchronizationActive()
                && TransactionSynchronizationManager.isActualTransactionActive()
                && requested() != null;
    }

    private @Nullable Requested requested() {
        TransactionSynchronizationRegistry known = registry;
        if (known == null || known.getTransactionStatus() == Status.STATUS_NO_TRANSACTION) {
            return null;
        }
        return known.getResource(KEY) instanceof Requested requested ? requested : null;
    }

    /** Maps Spring's level. READ UNCOMMITTED becomes READ COMMITTED, as in PostgreSQL. */
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
