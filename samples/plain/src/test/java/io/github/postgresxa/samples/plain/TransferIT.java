package io.github.postgresxa.samples.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@PostgresNodes({"east", "west"})
class TransferIT {

    private final PostgresNode east;
    private final PostgresNode west;

    TransferIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void accounts() {
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute(
                    "drop table if exists account",
                    "create table account (id int primary key, balance bigint not null check (balance >= 0))",
                    "insert into account values (1, 1000), (7, 1000)");
        }
    }

    private void transfer(long amount) throws Exception {
        Transfer.main(url(east), url(west), String.valueOf(amount));
    }

    private static String url(PostgresNode node) {
        return "%s?user=%s&password=%s".formatted(node.jdbcUrl(), node.username(), node.password());
    }

    private void isThere(long inTheEast, long inTheWest) {
        assertThat(east.queryForLong("select balance from account where id = 1"))
                .isEqualTo(inTheEast);
        assertThat(west.queryForLong("select balance from account where id = 7"))
                .isEqualTo(inTheWest);
    }

    @Test
    void movesTheMoneyInOneTransaction() throws Exception {
        String decisions = "select count(*) from pgxa.decision";
        transfer(25);
        isThere(975, 1025);
        assertThat(east.queryForLong(decisions) + west.queryForLong(decisions)).isEqualTo(1);
    }

    @Test
    void whatOneNodeRefusesHappensOnNone() {
        assertThatThrownBy(() -> transfer(2000)).isInstanceOf(SQLException.class);
        isThere(1000, 1000);
    }
}
