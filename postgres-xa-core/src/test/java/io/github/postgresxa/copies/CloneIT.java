package io.github.postgresxa.copies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import org.junit.jupiter.api.Test;

/** A copy of a database, with the original's identity, configured beside it. */
@PostgresNodes("east")
class CloneIT {

    private static PostgresXa.Builder both(PostgresNode east, String copy) {
        return PostgresXa.builder()
                .home("first-used")
                .node("production", east.jdbcUrl(), east.username(), east.password())
                .node("staging", copy, east.username(), east.password());
    }

    @Test
    void isNotUsedBesideItsOriginal(PostgresNode east) throws Exception {
        Bank.open(east).close();
        String copy = Copies.template(east);
        try (PostgresXa xa = both(east, copy).build()) {
            assertThat(xa.nodes().get(0).problem()).isNull();
            assertThat(xa.nodes().get(1).problem()).contains("its identity", "belongs to", "copy");
            assertThat(xa.nodes().get(1).reachable()).isTrue();
        }
        Copies.maintain(east, "drop database %s_copy with (force)".formatted(east.database()));
    }

    @Test
    void isRefusedAtTheStartIfNothingButItsAddressTellsItFromItsOriginal(PostgresNode east) throws Exception {
        Bank.open(east).close();
        try (StandbyNode clone = east.standby("clone")) {
            clone.awaitCaughtUp();
            clone.promote();
            assertThatThrownBy(() -> both(east, clone.jdbcUrl()).build())
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("'production' and 'staging' are one and the same database");
        }
    }
}
