package io.github.postgresxa.manager;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.transaction.ManagerHints;
import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A manager that we use but do not run. */
final class ExternalManager implements JtaManager {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalManager.class);

    private final TransactionManager manager;
    private final TransactionSynchronizationRegistry registry;
    private final @Nullable Duration fallback;
    private final RemainingTime remaining;
    private final RegistrationWatch registration;
    private final ExternalHints hints;
    private final AtomicBoolean saidUntold = new AtomicBoolean();

    /**
     * @param fallback the timeout of a transaction for which the manager tells none; null for none
     */
    ExternalManager(
            TransactionManager manager, TransactionSynchronizationRegistry registry, @Nullable Duration fallback) {
        this.manager = manager;
        this.registry = registry;
        this.fallback = fallback;
        this.remaining = new RemainingTime(manager);
        this.registration = new RegistrationWatch(title(), System::nanoTime);
        this.hints = new ExternalHints(title(), registration);
    }

    @Override
    public TransactionManager transactionManager() {
        return manager;
    }

    @Override
    public TransactionSynchronizationRegistry registry() {
        return registry;
    }

    /**
     * Managers differ in what they tell: the moment of the end, or what is left; else the whole timeout, which they
     * pass to a resource, however long ago the transaction began; or nothing. What has no moment counts from now on, so
     * that no transaction ends too early.
     */
    @Override
    public @Nullable TimeLimit limit(int seconds) {
        TimeLimit told = remaining.ofCurrent(seconds);
        if (told != null) {
            return told;
        }
        if (seconds > 0) {
            return TimeLimit.of(Duration.ofSeconds(seconds));
        }
        if (fallback != null) {
            return TimeLimit.of(fallback);
        }
        if (seconds == 0 && !saidUntold.get() && !remaining.isTold() && saidUntold.compareAndSet(false, true)) {
            LOG.info(LogMessages.TIMEOUT_NOT_TOLD, title());
        }
        return null;
    }

    @Override
    public ManagerHints hints() {
        return hints;
    }

    @Override
    public RecoveryRegistration registration() {
        return registration.state();
    }

    @Override
    public XAResource registered(Predicate<Xid> ours, XAResource resource) {
        return registration.registered(ours, resource);
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
