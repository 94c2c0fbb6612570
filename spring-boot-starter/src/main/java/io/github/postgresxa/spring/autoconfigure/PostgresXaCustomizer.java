package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;

/**
 * Changes how the core is built. Beans of this type are called in their order, after the properties have been applied.
 */
@FunctionalInterface
public interface PostgresXaCustomizer {

    /**
     * Changes settings of the core before it is built.
     *
     * @param builder the builder, with all settings from the properties
     */
    void customize(PostgresXa.Builder builder);
}
