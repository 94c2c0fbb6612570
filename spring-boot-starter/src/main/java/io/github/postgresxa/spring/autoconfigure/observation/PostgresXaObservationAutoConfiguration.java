package io.github.postgresxa.spring.autoconfigure.observation;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.observation.DefaultStepObservationConvention;
import io.github.postgresxa.spring.observation.PostgresXaObservations;
import io.github.postgresxa.spring.observation.StepObservationConvention;
import io.github.postgresxa.spring.observation.TransactionObservationConvention;
import io.github.postgresxa.spring.transaction.SpringTransactions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Auto-configures observations of transactions and of their steps, if there is an observation registry. */
@AutoConfiguration(
        after = PostgresXaAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({PostgresXa.class, ObservationRegistry.class})
public final class PostgresXaObservationAutoConfiguration {

    private static final String STEP_METER_FILTER = "postgresXaStepMeterFilter";

    /** Steps have meters only where the application replaced the filter, or names them by a convention of its own. */
    @Bean
    @ConditionalOnMissingBean
    PostgresXaObservations postgresXaObservations(
            ObservationRegistry registry,
            ObjectProvider<TransactionObservationConvention> transactions,
            ObjectProvider<StepObservationConvention> steps,
            SpringTransactions spring,
            BeanFactory beans) {
        StepObservationConvention own = steps.getIfAvailable();
        boolean metersOfSteps = own != null
                || !beans.containsBean(STEP_METER_FILTER)
                || !(beans.getBean(STEP_METER_FILTER) instanceof DropsStepMeters);
        return new PostgresXaObservations(registry, transactions.getIfAvailable(), own, spring::name, metersOfSteps);
    }

    /** Marks the filter of this class where the classes of meters may be missing. */
    private interface DropsStepMeters {}

    /** Drops the meters that Spring Boot makes of step observations: they would repeat {@code postgres.xa.step}. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterFilter.class)
    static class NoSecondMeter {

        @Bean
        @ConditionalOnMissingBean(name = STEP_METER_FILTER)
        static MeterFilter postgresXaStepMeterFilter() {
            return new StepMeterFilter();
        }
    }

    private static final class StepMeterFilter implements MeterFilter, DropsStepMeters {

        @Override
        public MeterFilterReply accept(Meter.Id meter) {
            return meter.getName().startsWith(DefaultStepObservationConvention.NAME)
                    ? MeterFilterReply.DENY
                    : MeterFilterReply.NEUTRAL;
        }
    }
}
