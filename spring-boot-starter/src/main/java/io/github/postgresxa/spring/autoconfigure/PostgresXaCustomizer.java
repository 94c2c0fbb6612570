package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;

/**
 * The application's last word on how the core is built. Beans of this type are called in their order, after everything that
 * properties say.
 */
@FunctionalInterface
public interface PostgresXaCustomizer {

    /**
     * Changes what will be built.
     *
     * @param builder the builder, complete except for what is changed here
     */
    void customize(PostgresXa.Builder builder);
}
