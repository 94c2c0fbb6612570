package io.github.postgresxa.quarkus.runtime;

import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.cdi.metrics.ApplicationMeters;
import io.github.postgresxa.cdi.transactional.TransactionalName;
import io.github.postgresxa.metrics.PostgresXaMetrics;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import io.quarkus.runtime.annotations.Recorder;
import java.util.Optional;

/** Binds the meters, where the application has Micrometer. */
@Recorder
public class MetricsRecorder {

    /** Creates the recorder. */
    public MetricsRecorder() {}

    /**
     * Lets the core count from its start on.
     *
     * @param nodes the application, not started
     * @return the meters
     */
    public RuntimeValue<PostgresXaMetrics> listen(RuntimeValue<RunningNodes> nodes) {
        RunningNodes running = nodes.getValue();
        PostgresXaMetrics metrics = new PostgresXaMetrics(
                running::xa,
                running.settings().number("metrics.transaction-names"),
                () -> TransactionalName.current(running.xa()));
        running.customize(builder -> builder.listener(metrics));
        return new RuntimeValue<>(metrics);
    }

    /**
     * Adds the meters to the registry that Quarkus composes of all others, until the application ends.
     *
     * @param nodes the application, started
     * @param metrics the meters
     * @param shutdown removes them: in dev mode the registry outlives the application
     */
    public void bind(
            RuntimeValue<RunningNodes> nodes, RuntimeValue<PostgresXaMetrics> metrics, ShutdownContext shutdown) {
        Optional<Application> enabled = nodes.getValue().application();
        if (enabled.isPresent()) {
            ApplicationMeters bound = ApplicationMeters.bind(
                    metrics.getValue(), enabled.get().xa().name(), Metrics.globalRegistry);
            shutdown.addShutdownTask(bound::close);
        }
    }
}
