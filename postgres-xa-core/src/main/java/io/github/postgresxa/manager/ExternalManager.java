package io.github.postgresxa.manager;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A manager that we use but do not run. */
record ExternalManager(
        TransactionManager transactionManager, TransactionSynchronizationRegistry registry, RegistrationWatch watch)
        implements JtaManager {

    ExternalManager(TransactionManager manager, TransactionSynchronizationRegistry registry) {
        this(manager, registry, new RegistrationWatch(manager.getClass().getName()));
    }

    /**
     * Managers differ in what they pass to a resource: the whole timeout, however long ago the transaction began, or
     * what is left of it. It counts from now on, so that none ends too early; where the manager tells what is left,
     * that is the limit.
     */
    @Override
    public @Nullable TimeLimit limit(int seconds) {
        if (seconds <= 0) {
            return null;
        }
        Duration asked = Duration.ofSeconds(seconds);
        Duration left = RemainingTime.ofCurrent(transactionManager);
        return TimeLimit.endsIn(left == null ? asked : left, asked);
    }

    @Override
    public ManagerHints hints() {
        return watch;
    }

    @Override
    public RecoveryRegistration registration() {
        return watch.state();
    }

    @Override
    public void registered() {
        watch.registered();
    }

    @Override
    public boolean isEmbedded() {
        return false;
    }

    @Override
    public void close() {
        // It is not ours.
    }
}
