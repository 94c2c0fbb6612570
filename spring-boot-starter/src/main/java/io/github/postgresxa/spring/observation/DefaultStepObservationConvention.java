package io.github.postgresxa.spring.observation;

import io.github.postgresxa.spring.observation.PostgresXaObservationDocumentation.StepHighCardinality;
import io.github.postgresxa.spring.observation.PostgresXaObservationDocumentation.StepLowCardinality;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Names step observations {@code postgres.xa.transaction.step}, and their spans {@code postgres.xa.prepare},
 * {@code postgres.xa.decide} and so on.
 */
public class DefaultStepObservationConvention implements StepObservationConvention {

    /** The name of step observations. */
    public static final String NAME = "postgres.xa.transaction.step";

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public String getContextualName(StepObservationContext context) {
        return "postgres.xa." + Values.of(context.step());
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(StepObservationContext context) {
        Boolean done = context.done();
        return KeyValues.of(
                StepLowCardinality.STEP.withValue(Values.of(context.step())),
                StepLowCardinality.NODE.withValue(context.node()),
                StepLowCardinality.ROLE.withValue(Values.of(context.role())),
                StepLowCardinality.DONE.withValue(done == null ? KeyValue.NONE_VALUE : done.toString()));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(StepObservationContext context) {
        return KeyValues.of(
                StepHighCardinality.ID.withValue(context.transaction().toString()));
    }
}
