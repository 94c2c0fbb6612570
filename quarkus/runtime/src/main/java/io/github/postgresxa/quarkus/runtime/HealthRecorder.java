package io.github.postgresxa.quarkus.runtime;

import io.github.postgresxa.cdi.health.NodeReadiness;
import io.github.postgresxa.cdi.health.RecoveryReadiness;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.annotations.Recorder;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** Creates the checks of health, where the application has them. */
@Recorder
public class HealthRecorder {

    /** Creates the recorder. */
    public HealthRecorder() {}

    /**
     * Returns what creates the check of a node.
     *
     * @param nodes the application
     * @param node its name
     * @param all the names of all nodes
     * @return creates the check
     */
    public Supplier<HealthCheck> node(RuntimeValue<RunningNodes> nodes, String node, List<String> all) {
        RunningNodes running = nodes.getValue();
        return () -> running.application().isEmpty() ? disabled(node) : new NodeReadiness(node, all, running::seen);
    }

    /**
     * Returns what creates the check of recovery.
     *
     * @param nodes the application
     * @return creates the check
     */
    public Supplier<HealthCheck> recovery(RuntimeValue<RunningNodes> nodes) {
        RunningNodes running = nodes.getValue();
        return () -> running.application()
                .<HealthCheck>map(application -> new RecoveryReadiness(
                        () -> application.xa().recoveryRegistration(),
                        () -> application.registration().flatMap(r -> Optional.ofNullable(r.problem()))))
                .orElse(disabled("recovery"));
    }

    private static HealthCheck disabled(String part) {
        return () -> HealthCheckResponse.named("postgresXa." + part)
                .withData("status", "DISABLED")
                .up()
                .build();
    }
}
