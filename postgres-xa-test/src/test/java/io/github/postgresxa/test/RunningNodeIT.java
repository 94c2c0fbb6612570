package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

@PostgresNodes("east")
class RunningNodeIT {
    private final PostgresNode east;

    RunningNodeIT(PostgresNode east) {
        this.east = east;
    }

    @Test
    void theServerIsDurableAndTakesPreparedTransactions() {
        assertThat(east.queryForString("show fsync")).isEqualTo("on");
        assertThat(east.queryForString("show synchronous_commit")).isEqualTo("on");
        assertThat(east.queryForString("show full_page_writes")).isEqualTo("on");
        assertThat(east.queryForString("show max_prepared_transactions")).isEqualTo("64");
        assertThat(east.queryForString("show max_connections")).isEqualTo("200");
    }

    @Test
    void onlyThisMachineCanConnect() {
        assumeTrue(east.dataDirectory().isPresent(), "Docker decides who reaches a container");
        assertThat(east.queryForString("show listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(east.jdbcUrl())
                .isEqualTo("jdbc:postgresql://127.0.0.1:%d/%s".formatted(east.port(), east.database()));
    }

    @Test
    void aFailingStatementNamesTheNodeAndTheServersReason() {
        assertThatThrownBy(() -> east.execute("select 1 / 0"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("node 'east'")
                .hasMessageContaining("division by zero")
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void aQueryTakesParameters() {
        assertThat(east.queryForLong("select ?::int + ?::int", 1, 2)).isEqualTo(3);
        assertThat(east.queryForString("select ?::text || ?::text", "a", "b")).isEqualTo("ab");
        assertThat(east.queryForString("select null")).isEmpty();
    }
}
