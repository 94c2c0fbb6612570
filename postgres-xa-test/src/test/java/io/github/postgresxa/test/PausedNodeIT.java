package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@PostgresNodes("east")
class PausedNodeIT {
    private final PostgresNode east;

    PausedNodeIT(PostgresNode east) {
        this.east = east;
    }

    @AfterEach
    void goOn() {
        east.resume();
        east.start();
    }

    @Test
    void answersWhenItIsResumed() throws Exception {
        try (var session = east.connect();
                var query = session.prepareStatement("select 42")) {
            east.pause();
            var statement = CompletableFuture.supplyAsync(() -> succeeds(query));
            var newSession = CompletableFuture.supplyAsync(() -> east.queryForLong("select 42"));
            assertThatThrownBy(() -> statement.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            assertThat(newSession).isNotDone();

            east.resume();

            assertThat(statement.get(30, TimeUnit.SECONDS)).isTrue();
            assertThat(newSession.get(30, TimeUnit.SECONDS)).isEqualTo(42);
        }
    }

    @Test
    void isStillRunning() {
        east.pause();
        east.start();
        assertThat(east.isRunning()).isTrue();
    }

    @Test
    void canBeStopped() {
        east.pause();
        east.stop();
        assertThat(east.isRunning()).isFalse();
    }

    @Test
    void canBeKilled() {
        east.pause();
        east.kill();
        assertThat(east.isRunning()).isFalse();
    }

    @Test
    void mustHaveBeenRunning() {
        east.stop();
        assertThatThrownBy(east::pause)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'east' cannot be paused: it is not running");
    }

    private static boolean succeeds(PreparedStatement query) {
        try {
            return query.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
