package io.github.postgresxa.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** Names and describes the steps of a transaction's end. Define a bean of this type to change the default. */
public interface StepObservationConvention extends ObservationConvention<StepObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof StepObservationContext;
    }
}
