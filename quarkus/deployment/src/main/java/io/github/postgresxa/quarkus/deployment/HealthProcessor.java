package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.quarkus.runtime.HealthRecorder;
import io.quarkus.arc.deployment.SyntheticBeanBuildItem;
import io.quarkus.deployment.Capabilities;
import io.quarkus.deployment.Capability;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.jandex.DotName;

/** Adds the checks of health where {@code quarkus-smallrye-health} is in the application. */
public class HealthProcessor {

    @BuildStep(onlyIf = HealthIsThere.class)
    @Record(ExecutionTime.RUNTIME_INIT)
    void checks(
            HealthRecorder recorder,
            NodesBuildItem nodes,
            ConfiguredNodesBuildItem configured,
            Capabilities capabilities,
            BuildProducer<SyntheticBeanBuildItem> beans) {
        if (capabilities.isMissing(Capability.SMALLRYE_HEALTH) || !wanted()) {
            return;
        }
        for (String node : nodes.names()) {
            beans.produce(check(node, recorder.node(configured.nodes(), node, nodes.names())));
        }
        beans.produce(check("recovery", recorder.recovery(configured.nodes())));
    }

    private static SyntheticBeanBuildItem check(String part, Supplier<HealthCheck> check) {
        return SyntheticBeanBuildItem.configure(HealthCheck.class)
                .identifier("postgres-xa " + part)
                .scope(ApplicationScoped.class)
                .addQualifier(DotName.createSimple(Readiness.class))
                .unremovable()
                .setRuntimeInit()
                .supplier(check)
                .done();
    }

    /** {@return the switch of Quarkus for the checks of all extensions} */
    private static boolean wanted() {
        return ConfigProvider.getConfig()
                .getOptionalValue("quarkus.health.extensions.enabled", Boolean.class)
                .orElse(true);
    }
}
