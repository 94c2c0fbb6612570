package io.github.postgresxa.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@PostgresNodes({"east", "west"})
class StartIT {

    @Nested
    @PostgresNodes(value = "plain", settings = "max_prepared_transactions=0")
    class OnAServerThatCannotPrepare {

        @Test
        void isRefusedWithTheSettingToChange(PostgresNode plain) {
            assertThatThrownBy(() -> Bank.builder(plain).build())
                    .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> {
                        assertThat(e.problem()).contains("'plain'").contains("max_prepared_transactions = 0");
                        assertThat(e.action()).contains("ALTER SYSTEM SET max_prepared_transactions");
                    });
        }
    }

    @Test
    void isRefusedIfTwoNamesLeadToOneDatabase(PostgresNode east) {
        assertThatThrownBy(() -> PostgresXa.builder()
                        .node("one", east.jdbcUrl(), east.username(), east.password())
                        .node("two", east.jdbcUrl().replace("127.0.0.1", "localhost"), east.username(), east.password())
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'one' and 'two' are one and the same database");
    }

    @Test
    void isRefusedWithoutANode() {
        assertThatThrownBy(() -> PostgresXa.builder().build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("No PostgreSQL node");
    }

    @Test
    void isRefusedForANameThatWouldSplitInTwo() {
        assertThatThrownBy(() -> PostgresXa.builder().node("my-node", "jdbc:postgresql://x/y", null, null))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'mynode'");
    }

    @Test
    void doesNotWaitForANodeThatIsDown(PostgresNode east, PostgresNode west) throws Exception {
        Bank.open(east, west).close();
        west.stop();
        try (PostgresXa xa = Bank.builder(east, west).build()) {
            Bank bank = Bank.over(xa, List.of(east, west));
            assertThat(xa.nodes().get(1).reachable()).isFalse();
            bank.transaction().begin();
            bank.add("east", 1);
            bank.transaction().commit();

            west.start();
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the node is seen",
                    () -> xa.nodes().get(1).reachable());
            bank.transaction().begin();
            bank.add("east", 1);
            bank.add("west", 1);
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(1002L, 1001L);
        } finally {
            west.start();
        }
    }

    @Test
    void createsNothingWhereTheSchemaIsTheUsersBusiness(PostgresNode east, PostgresNode west) throws Exception {
        east.execute("drop schema if exists pgxa cascade");
        west.execute("drop schema if exists pgxa cascade");
        DecisionSettings never = new DecisionSettings("pgxa", false, Duration.ofHours(1), false);
        try (PostgresXa xa = Bank.builder(east, west).decision(never).build()) {
            assertThat(east.queryForLong("select count(*) from pg_namespace where nspname = 'pgxa'"))
                    .isZero();
            xa.userTransaction().begin();
            assertThatThrownBy(() -> xa.dataSource("east").getConnection()).hasStackTraceContaining("decision schema");
            xa.userTransaction().rollback();
            assertThat(xa.nodes().get(0).problem()).contains("decision schema");
        }
    }

    @Test
    void oneLineSaysWhatTheStartFound(PostgresNode east, PostgresNode west) throws Exception {
        east.execute("drop schema if exists pgxa cascade");
        Bank.open(west).close();
        west.execute("update pgxa.node set version = 3");
        assertThat(started(east, west))
                .contains("postgres-xa of 'bank' is ready")
                .contains("'east' at " + east.jdbcUrl().replace("jdbc:postgresql://", "") + " (PostgreSQL "
                        + east.majorVersion())
                .contains("schema pgxa created), 'west' at")
                .contains("schema pgxa migrated from version 3)")
                .contains("Transaction manager: the embedded Atomikos.");
        west.stop();
        try {
            assertThat(started(east, west)).contains("schema pgxa found)", "(not in use yet)");
        } finally {
            west.start();
        }
    }

    private static String started(PostgresNode... nodes) {
        List<String> lines =
                LogLines.of(PostgresXa.class, () -> Bank.builder(nodes).build().close());
        return lines.get(lines.size() - 1);
    }

    @Test
    void aSecondStartKeepsTheIdentity(PostgresNode east, PostgresNode west) {
        Bank.open(east, west).close();
        String before = east.queryForString("select identity from pgxa.node");
        Bank.open(east, west).close();
        assertThat(east.queryForString("select identity from pgxa.node")).isEqualTo(before);
    }

    @Test
    void severalAtOnceInOneProcessShareTheManager(PostgresNode east, PostgresNode west) throws Exception {
        try (Bank first = Bank.open(east, west)) {
            Bank second = Bank.open(east, west);
            second.transaction().begin();
            second.add("east", 1);
            second.add("west", 1);
            second.transaction().commit();
            second.close();
            first.transaction().begin();
            first.add("east", 1);
            first.add("west", 1);
            first.transaction().commit();
            assertThat(first.balances()).containsExactly(1002L, 1002L);
        }
    }

    @Test
    void usesADifferentSchemaWhereItIsTold(PostgresNode east, PostgresNode west) throws Exception {
        DecisionSettings elsewhere = new DecisionSettings("decisions", true, Duration.ofHours(1), false);
        try (Bank bank = Bank.open(b -> b.decision(elsewhere), east, west)) {
            bank.transaction().begin();
            bank.add("east", 1);
            bank.add("west", 1);
            bank.transaction().commit();
            assertThat(east.queryForLong("select count(*) from decisions.decision"))
                    .isEqualTo(1);
        }
    }
}
