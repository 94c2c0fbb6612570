package io.github.postgresxa.cdi.health;

import io.github.postgresxa.RecoveryRegistration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;

/**
 * Shows whether the recovery of the transaction manager knows the nodes. It is never down: to take the application out
 * of traffic would settle nothing.
 */
public final class RecoveryReadiness implements HealthCheck {

    private final Supplier<RecoveryRegistration> state;
    private final Supplier<Optional<String>> problem;

    /**
     * Creates the check.
     *
     * @param state returns what is known
     * @param problem returns why the nodes could not be registered
     */
    public RecoveryReadiness(Supplier<RecoveryRegistration> state, Supplier<Optional<String>> problem) {
        this.state = state;
        this.problem = problem;
    }

    @Override
    public HealthCheckResponse call() {
        Map<String, Object> data = new TreeMap<>();
        data.put("status", state.get().name());
        problem.get().ifPresent(why -> data.put("problem", why));
        return new HealthCheckResponse("postgresXa.recovery", Status.UP, Optional.of(data));
    }
}
