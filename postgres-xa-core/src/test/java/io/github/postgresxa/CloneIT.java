package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.Test;

/** A copy of a database, with the original's identity. */
@PostgresNodes("east")
class CloneIT {

    @Test
    void isRefusedBesideItsOriginal(PostgresNode east) throws Exception {
        Bank.open(east).close();
        String copy = east.database() + "_copy";
        // The application's last sessions may take a moment to end, and a template must not be in use.
        Eventually.eventually(
                java.time.Duration.ofSeconds(10),
                "nobody uses it",
                () -> east.count("select count(*) from pg_stat_activity where datname = current_database()") == 1);
        try (var c = java.sql.DriverManager.getConnection(
                        east.jdbcUrl().replace(east.database(), "postgres"), east.username(), east.password());
                var s = c.createStatement()) {
            s.execute("create database %s template %s".formatted(copy, east.database()));
            try {
                assertThatThrownBy(() -> PostgresXa.builder()
                                .node("production", east.jdbcUrl(), east.username(), east.password())
                                .node(
                                        "staging",
                                        east.jdbcUrl().replace(east.database(), copy),
                                        east.username(),
                                        east.password())
                                .build())
                        .isInstanceOf(StartRefusedException.class)
                        .hasMessageContaining("'production' and 'staging' are one and the same database");
            } finally {
                s.execute("drop database %s with (force)".formatted(copy));
            }
        }
    }
}
