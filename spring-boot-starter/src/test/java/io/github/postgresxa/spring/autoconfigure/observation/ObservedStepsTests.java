package io.github.postgresxa.spring.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.autoconfigure.metrics.PostgresXaMetricsAutoConfiguration;
import io.github.postgresxa.spring.observation.StepObservationContext;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.ObservationPredicate;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/**
 * Which steps an application observes depends on what shows them; its meters do not. The node of these tests does not
 * answer: the events of a transaction are told to the listeners as the core tells them.
 */
class ObservedStepsTests {

    private static final List<String> SPANS =
            List.of("postgres.xa.prepare", "postgres.xa.decide", "postgres.xa.finish", "postgres.xa.transaction");

    private final Spans spans = new Spans();
    private final List<String> observed = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner actuator = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    PostgresXaMetricsAutoConfiguration.class,
                    PostgresXaObservationAutoConfiguration.class,
                    ObservationAutoConfiguration.class,
                    MetricsAutoConfiguration.class,
                    SimpleMetricsExportAutoConfiguration.class,
                    CompositeMeterRegistryAutoConfiguration.class))
            .withPropertyValues("postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east")
            .withBean(ObservationPredicate.class, () -> (name, context) -> {
                if (context instanceof StepObservationContext) {
                    observed.add(name);
                }
                return true;
            });

    private final ApplicationContextRunner tracer = actuator.withConfiguration(AutoConfigurations.of(
                    MicrometerTracingAutoConfiguration.class,
                    OpenTelemetrySdkAutoConfiguration.class,
                    OpenTelemetryTracingAutoConfiguration.class))
            .withBean(SimpleSpanProcessor.class, () -> (SimpleSpanProcessor) SimpleSpanProcessor.create(spans));

    @Test
    void noneWithTheActuatorAlone() {
        transfers(actuator);

        assertThat(observed).isEmpty();
    }

    @Test
    void noneOfATraceThatIsNotSampled() {
        transfers(tracer.withPropertyValues("management.tracing.sampling.probability=0"));

        assertThat(observed).isEmpty();
        assertThat(spans.names).isEmpty();
    }

    @Test
    void allOfATraceThatIsSampled() {
        transfers(tracer.withPropertyValues("management.tracing.sampling.probability=1"));

        assertThat(observed).hasSize(6);
        assertThat(spans.names).containsAll(SPANS).hasSize(8);
    }

    @Test
    void allWhereTheApplicationKeepsTheirMeters() {
        SortedMap<String, Double> meters =
                transfers(actuator.withBean("postgresXaStepMeterFilter", MeterFilter.class, MeterFilter::accept));

        assertThat(observed).hasSize(6);
        assertThat(meters).anySatisfy((id, count) -> assertThat(id).startsWith("postgres.xa.transaction.step["));
    }

    @Test
    void theMetersAreTheSameWithATracerAndWithout() {
        SortedMap<String, Double> without = transfers(actuator);

        assertThat(without)
                .containsEntry("postgres.xa.transaction[error=none, outcome=committed]", 1.0)
                .containsEntry("postgres.xa.transaction[error=StepFailedException, outcome=unknown]", 1.0)
                .containsEntry("postgres.xa.step[done=true, node=east, step=decide]", 1.0)
                .containsKey("postgres.xa.transaction.active[outcome=none]");
        assertThat(transfers(tracer.withPropertyValues("management.tracing.sampling.probability=0")))
                .isEqualTo(without);
        assertThat(transfers(tracer.withPropertyValues("management.tracing.sampling.probability=1")))
                .isEqualTo(without);
    }

    /** {@return the counts of our meters after one transfer that was committed and one whose outcome is unknown} */
    private static SortedMap<String, Double> transfers(ApplicationContextRunner application) {
        SortedMap<String, Double> counts = new TreeMap<>();
        application.run(context -> {
            assertThat(context).hasNotFailed();
            List<XaListener> listeners =
                    context.getBeanProvider(XaListener.class).orderedStream().toList();
            transfer(listeners, Outcome.COMMITTED);
            transfer(listeners, Outcome.UNKNOWN);
            for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
                meter.measure().forEach(measurement -> {
                    if (measurement.getStatistic() == Statistic.COUNT
                            || measurement.getStatistic() == Statistic.ACTIVE_TASKS) {
                        put(counts, meter.getId(), measurement.getValue());
                    }
                });
            }
        });
        return counts;
    }

    private static void put(SortedMap<String, Double> counts, Meter.Id id, double count) {
        if (id.getName().startsWith("postgres.xa")) {
            String tags = String.join(
                    ", ",
                    id.getTags().stream()
                            .map(tag -> tag.getKey() + "=" + tag.getValue())
                            .toList());
            counts.put(id.getName() + "[" + tags + "]", count);
        }
    }

    private static void transfer(List<XaListener> listeners, Outcome outcome) {
        TransactionId id = TransactionId.random();
        listeners.forEach(l -> l.began(id));
        listeners.forEach(l -> l.roleAssigned(id, "east", BranchRole.HOME));
        listeners.forEach(l -> l.roleAssigned(id, "west", BranchRole.PARTICIPANT));
        step(listeners, id, CommitStep.PREPARE, "west", true);
        step(listeners, id, CommitStep.DECIDE, "east", outcome == Outcome.COMMITTED);
        step(listeners, id, CommitStep.FINISH, "west", true);
        listeners.forEach(l -> l.finished(id, outcome, 2, 1, Duration.ofMillis(3)));
    }

    private static void step(List<XaListener> listeners, TransactionId id, CommitStep step, String node, boolean done) {
        listeners.forEach(l -> l.stepBegins(id, step, node));
        listeners.forEach(l -> l.stepEnded(id, step, node, done));
    }

    private static final class Spans implements SpanExporter {

        private final List<String> names = new CopyOnWriteArrayList<>();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            spans.forEach(span -> names.add(span.getName()));
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
