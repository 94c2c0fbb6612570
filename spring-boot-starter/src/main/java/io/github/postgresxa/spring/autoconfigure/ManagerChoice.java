package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;

/**
 * Sets the JTA transaction manager that the core is built with. It is a separate bean because the core cannot depend on
 * the manager's bean: that is either the application's, or one that the core itself provides.
 */
@FunctionalInterface
interface ManagerChoice {

    void applyTo(PostgresXa.Builder builder);
}
