package io.github.postgresxa.quarkus.deployment;

import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import java.util.function.BooleanSupplier;

/** Whether the application has Micrometer. Elsewhere the recorder for it cannot even be loaded. */
public final class MicrometerIsThere implements BooleanSupplier {

    /** Creates the question. */
    public MicrometerIsThere() {}

    @Override
    public boolean getAsBoolean() {
        return QuarkusClassLoader.isClassPresentAtRuntime("io.micrometer.core.instrument.MeterRegistry");
    }
}
