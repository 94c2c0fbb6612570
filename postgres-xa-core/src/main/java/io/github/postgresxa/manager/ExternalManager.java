package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A manager that we use but do not run. */
record ExternalManager(TransactionManager transactionManager, TransactionSynchronizationRegistry registry)
        implements JtaManager {

    @Override
    public @Nullable TimeLimit limit(int seconds) {
        return seconds > 0 ? TimeLimit.of(Duration.ofSeconds(seconds)) : null;
    }

    @Override
    public ManagerHints hints() {
        return ManagerHints.NONE;
    }

    @Override
    public void close() {
        // It is not ours.
    }
}
