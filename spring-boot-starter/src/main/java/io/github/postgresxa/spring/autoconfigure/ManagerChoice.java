package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;

/**
 * Which JTA transaction manager the core is built with. A bean of its own, because the manager's bean cannot be asked for: it
 * may be the application's, or one that the core itself will provide.
 */
@FunctionalInterface
interface ManagerChoice {

    void applyTo(PostgresXa.Builder builder);
}
