package io.github.postgresxa.spring.autoconfigure.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.observation.DefaultTransactionObservationConvention;
import io.github.postgresxa.spring.observation.PostgresXaObservations;
import io.github.postgresxa.spring.observation.TransactionIdInLog;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The node of these tests does not answer; the application starts anyway. */
class PostgresXaObservationAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PostgresXaAutoConfiguration.class,
                    PostgresXaObservationAutoConfiguration.class,
                    PostgresXaLogAutoConfiguration.class))
            .withPropertyValues("postgres.xa.nodes.east.url=jdbc:postgresql://localhost:1/east");

    @Test
    void observesWhereThereIsARegistry() {
        runner.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
                .run(context -> assertThat(context).hasSingleBean(PostgresXaObservations.class));
    }

    @Test
    void observesNothingWithoutARegistry() {
        runner.run(context ->
                assertThat(context).hasSingleBean(PostgresXa.class).doesNotHaveBean(PostgresXaObservations.class));
    }

    @Test
    void startsWithoutMicrometer() {
        runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context)
                        .hasSingleBean(PostgresXa.class)
                        .hasSingleBean(TransactionIdInLog.class)
                        .doesNotHaveBean("postgresXaObservations"));
    }

    @Test
    void takesTheConventionsOfTheApplication() {
        runner.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
                .withBean(OwnConvention.class)
                .run(context -> assertThat(context).hasSingleBean(PostgresXaObservations.class));
    }

    @Test
    void makesNoSecondMeterOfAStep() {
        runner.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
                .run(context -> {
                    MeterFilter filter = context.getBean("postgresXaStepMeterFilter", MeterFilter.class);
                    assertThat(filter.accept(timer("postgres.xa.transaction.step")))
                            .isEqualTo(MeterFilterReply.DENY);
                    assertThat(filter.accept(timer("postgres.xa.transaction.step.active")))
                            .isEqualTo(MeterFilterReply.DENY);
                    assertThat(filter.accept(timer("postgres.xa.transaction"))).isEqualTo(MeterFilterReply.NEUTRAL);
                    assertThat(filter.accept(timer("postgres.xa.step"))).isEqualTo(MeterFilterReply.NEUTRAL);
                });
    }

    @Test
    void isSwitchedOffByTheUsualProperty() {
        runner.withConfiguration(AutoConfigurations.of(ObservationAutoConfiguration.class))
                .withPropertyValues("management.observations.enable.postgres.xa.transaction=false")
                .run(context -> {
                    ObservationRegistry registry = context.getBean(ObservationRegistry.class);
                    registry.observationConfig().observationHandler(text -> true);
                    assertThat(Observation.createNotStarted("postgres.xa.transaction", registry)
                                    .isNoop())
                            .isTrue();
                    assertThat(Observation.createNotStarted("postgres.xa.transaction.step", registry)
                                    .isNoop())
                            .isTrue();
                    assertThat(Observation.createNotStarted("another", registry).isNoop())
                            .isFalse();
                });
    }

    @Test
    void writesNoIdIntoTheLogOnRequest() {
        runner.withPropertyValues("postgres.xa.logging.transaction-id=false")
                .run(context ->
                        assertThat(context).hasSingleBean(PostgresXa.class).doesNotHaveBean(TransactionIdInLog.class));
    }

    private static Meter.Id timer(String name) {
        return new Meter.Id(name, Tags.empty(), null, null, Meter.Type.TIMER);
    }

    static class OwnConvention extends DefaultTransactionObservationConvention {}
}
