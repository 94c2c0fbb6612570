package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.health.NodeReadiness;
import io.github.postgresxa.cdi.health.RecoveryReadiness;
import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.health.NodeHealth;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;

/** The checks of MicroProfile Health. Only where its classes are. */
final class HealthBeans {

    private HealthBeans() {}

    static void addTo(AfterBeanDiscovery event, List<String> nodes, Function<String, NodeHealth> seen) {
        for (String node : nodes) {
            add(event, "postgres-xa health of " + node, () -> new NodeReadiness(node, nodes, seen));
        }
    }

    static void addRecoveryTo(AfterBeanDiscovery event, Application application) {
        add(
                event,
                "postgres-xa health of recovery",
                () -> new RecoveryReadiness(
                        () -> application.xa().recoveryRegistration(),
                        () -> application.registration().flatMap(r -> Optional.ofNullable(r.problem()))));
    }

    private static void add(AfterBeanDiscovery event, String id, Supplier<HealthCheck> check) {
        event.<HealthCheck>addBean()
                .id(id)
                .beanClass(HealthBeans.class)
                .types(HealthCheck.class, Object.class)
                .qualifiers(Readiness.Literal.INSTANCE, Any.Literal.INSTANCE)
                .scope(ApplicationScoped.class)
                .createWith(context -> check.get());
    }
}
