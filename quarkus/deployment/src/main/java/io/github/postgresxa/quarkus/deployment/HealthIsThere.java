package io.github.postgresxa.quarkus.deployment;

import io.quarkus.bootstrap.classloading.QuarkusClassLoader;
import java.util.function.BooleanSupplier;

/** Whether the application has MicroProfile Health. Elsewhere the recorder for it cannot even be loaded. */
public final class HealthIsThere implements BooleanSupplier {

    /** Creates the question. */
    public HealthIsThere() {}

    @Override
    public boolean getAsBoolean() {
        return QuarkusClassLoader.isClassPresentAtRuntime("org.eclipse.microprofile.health.HealthCheck");
    }
}
