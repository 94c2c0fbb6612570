package io.github.postgresxa.cdi.lifecycle;

import io.github.postgresxa.PostgresXa;

/** Changes what {@code PostgresXa} is built with, where no property does. Every bean of this type is called. */
@FunctionalInterface
public interface PostgresXaCustomizer {

    /**
     * Changes the builder.
     *
     * @param builder has all settings of the configuration
     */
    void customize(PostgresXa.Builder builder);
}
