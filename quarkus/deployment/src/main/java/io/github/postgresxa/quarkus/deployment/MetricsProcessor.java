package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.metrics.PostgresXaMetrics;
import io.github.postgresxa.quarkus.runtime.MetricsRecorder;
import io.quarkus.builder.item.SimpleBuildItem;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.Consume;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.ServiceStartBuildItem;
import io.quarkus.deployment.builditem.ShutdownContextBuildItem;
import io.quarkus.deployment.metrics.MetricsCapabilityBuildItem;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.metrics.MetricsFactory;
import java.util.Optional;

/** Binds the meters where {@code quarkus-micrometer} is in the application. */
public class MetricsProcessor {

    @BuildStep(onlyIf = MicrometerIsThere.class)
    @Record(ExecutionTime.RUNTIME_INIT)
    void listen(
            MetricsRecorder recorder,
            Optional<MetricsCapabilityBuildItem> metrics,
            ConfiguredNodesBuildItem configured,
            BuildProducer<MetersBuildItem> meters,
            BuildProducer<NodesAreCustomizedBuildItem> customized) {
        if (metrics.isPresent() && metrics.get().metricsSupported(MetricsFactory.MICROMETER)) {
            meters.produce(new MetersBuildItem(recorder.listen(configured.nodes())));
            customized.produce(new NodesAreCustomizedBuildItem());
        }
    }

    @BuildStep(onlyIf = MicrometerIsThere.class)
    @Record(ExecutionTime.RUNTIME_INIT)
    @Consume(NodesHaveStartedBuildItem.class)
    void bind(
            MetricsRecorder recorder,
            Optional<MetersBuildItem> meters,
            ConfiguredNodesBuildItem configured,
            ShutdownContextBuildItem shutdown,
            BuildProducer<ServiceStartBuildItem> started) {
        if (meters.isPresent()) {
            recorder.bind(configured.nodes(), meters.get().meters, shutdown);
            started.produce(new ServiceStartBuildItem("postgres-xa meters"));
        }
    }

    /** The meters, where there are any. */
    static final class MetersBuildItem extends SimpleBuildItem {

        private final RuntimeValue<PostgresXaMetrics> meters;

        private MetersBuildItem(RuntimeValue<PostgresXaMetrics> meters) {
            this.meters = meters;
        }
    }
}
