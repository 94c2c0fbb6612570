package io.github.postgresxa.cdi.lifecycle;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionIdInLog;
import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.manager.ManagerChoice;
import io.github.postgresxa.cdi.manager.ServerManager;
import io.github.postgresxa.cdi.recovery.Registrar;
import io.github.postgresxa.cdi.recovery.Registration;
import io.github.postgresxa.operations.StartExamination;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core of one application. Each application of a server has its own, with its own nodes, threads and pools.
 *
 * <p>It starts with the application, and not at the first use of a node: recovery has to run, and a wrong configuration
 * has to be seen. It ends after the beans that use it.
 */
public final class Application implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Application.class);

    /** Servers undeploy within 60 s or less. */
    private static final Duration SETTLE = Duration.ofSeconds(18);

    private final ApplicationConfiguration configuration;
    private @Nullable PostgresXa xa;
    private @Nullable Registration registration;

    /**
     * Creates an application that has not started.
     *
     * @param configuration its configuration, checked
     */
    public Application(ApplicationConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Starts the core and makes the nodes known to the recovery of the manager.
     *
     * @param found the transaction manager that is there; empty for an embedded one
     * @param customizers change the builder before it is used
     * @throws io.github.postgresxa.InvalidConfigurationException if a setting or a server breaks the guarantees
     */
    public synchronized void start(Optional<ServerManager> found, List<PostgresXaCustomizer> customizers) {
        if (xa != null) {
            return;
        }
        Optional<ServerManager> external = ManagerChoice.of(configuration.values(), found);
        PostgresXa.Builder builder = configuration.builder();
        ApplicationName.of(configuration).ifPresent(builder::name);
        if (configuration.values().flag("logging.transaction-id")) {
            builder.listener(new TransactionIdInLog());
        }
        external.ifPresent(
                manager -> builder.transactionManager(manager.manager(), Objects.requireNonNull(manager.registry())));
        customizers.forEach(customizer -> customizer.customize(builder));
        PostgresXa started = builder.build();
        try {
            registration = external.map(manager -> Registrar.register(manager.manager(), started::recoveryResource))
                    .orElse(null);
        } catch (RuntimeException | Error e) {
            closeAfter(started, e);
            throw e;
        }
        xa = started;
        RunningApplications.started(started);
    }

    private static void closeAfter(PostgresXa started, Throwable failure) {
        try {
            started.close();
        } catch (RuntimeException | Error e) {
            failure.addSuppressed(e);
        }
    }

    /** Begins to examine the nodes when the application is ready, unless the configuration says otherwise. */
    public void examine() {
        if (configuration.values().flag("doctor.at-start")) {
            StartExamination.begin(xa().operations());
        }
    }

    /** Removes what an ended transaction has left in the log's context of the calling thread. */
    public void clearLogContext() {
        PostgresXa started;
        synchronized (this) {
            started = xa;
        }
        boolean inTransaction = started != null && started.currentTransaction().isPresent();
        if (!inTransaction && configuration.values().flag("logging.transaction-id")) {
            TransactionIdInLog.clear();
        }
    }

    /**
     * Returns the core.
     *
     * @return the core, which has started
     * @throws IllegalStateException if the application has not started, or has ended
     */
    public synchronized PostgresXa xa() {
        if (xa == null) {
            throw new IllegalStateException("PostgresXa is used before the application has started, or after its end."
                    + " It starts when the application context is initialized.");
        }
        return xa;
    }

    /** {@return what became of the registration with the manager's recovery; empty for an embedded manager} */
    public synchronized Optional<Registration> registration() {
        return Optional.ofNullable(registration);
    }

    /** Waits for the transactions under way. New ones may begin: beans use them until they are destroyed. */
    public void settle() {
        PostgresXa started;
        synchronized (this) {
            started = xa;
        }
        if (started != null && !started.settle(SETTLE)) {
            LOG.warn(
                    "{} transactions had not ended {} after the application began to stop. They will be rolled back,"
                            + " or finished by recovery if their end had begun.",
                    started.activeTransactionCount(),
                    SETTLE);
        }
    }

    /** Ends everything. A second call does nothing. */
    @Override
    public void close() {
        PostgresXa started;
        Registration registered;
        synchronized (this) {
            started = xa;
            registered = registration;
            xa = null;
            registration = null;
        }
        try {
            if (registered != null) {
                registered.undo().run();
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("The nodes are still registered with the manager's recovery: {}", e.toString());
        } finally {
            if (started != null) {
                RunningApplications.ended(started);
                started.close();
            }
        }
    }
}
