package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the running {@code @Transactional} method asks of PostgreSQL, read when a branch begins on its thread.
 *
 * <p>JTA has no words for read-only and for isolation levels, so they cannot travel through the transaction manager.
 */
public final class SpringCharacteristics implements Supplier<TransactionCharacteristics> {

    @Override
    public TransactionCharacteristics get() {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            return TransactionCharacteristics.DEFAULT;
        }
        return new TransactionCharacteristics(
                isolation(TransactionSynchronizationManager.getCurrentTransactionIsolationLevel()),
                TransactionSynchronizationManager.isCurrentTransactionReadOnly());
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
