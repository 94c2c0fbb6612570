package io.github.postgresxa.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.security.Roles;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * A limited resource of a server is used up: everything rolls back, nothing leaks, and work goes on once there is
 * some again.
 */
class ExhaustionIT {

    private static void transfer(Bank bank) throws Exception {
        bank.transaction().begin();
        try {
            bank.add("east", -1);
            bank.add("west", 1);
        } catch (Exception e) {
            bank.transaction().rollback();
            throw e;
        }
        bank.transaction().commit();
    }

    private static void unlocked(PostgresNode... nodes) {
        for (PostgresNode node : nodes) {
            assertThat(node.queryForLong("select count(*) from pg_locks where pid is null"))
                    .isZero();
            node.queryForLong("select balance from account where id = 1 for update nowait");
        }
    }

    @Nested
    @PostgresNodes(
            value = {"east", "west"},
            settings = "max_prepared_transactions=2")
    class PreparedTransactions {

        @Test
        void usedUpByOthersRollEverythingBackAndAreSeen(PostgresNode east, PostgresNode west) throws Exception {
            east.execute("create table note (a int)");
            west.execute("create table note (a int)");
            for (PostgresNode node : List.of(east, west)) {
                for (int i = 0; i < 2; i++) {
                    try (Connection c = node.connect()) {
                        c.setAutoCommit(false);
                        c.createStatement().execute("insert into note values (1)");
                        c.createStatement().execute("prepare transaction 'others %d'".formatted(i));
                    }
                }
            }
            try (Bank bank = Bank.open(
                    b -> {
                        PostgresXa.Builder small = PostgresXa.builder()
                                .home("first-used")
                                .name("bank")
                                .recovery(Bank.FAST);
                        for (PostgresNode node : List.of(east, west)) {
                            small.node(new NodeSettings(
                                    node.name(),
                                    node.jdbcUrl(),
                                    node.username(),
                                    node.password(),
                                    PoolSettings.DEFAULT.withMaxSize(2)));
                        }
                        return small;
                    },
                    east,
                    west)) {
                // More often than the pool has connections.
                for (int i = 0; i < 5; i++) {
                    assertThatThrownBy(() -> transfer(bank))
                            .isInstanceOf(RollbackException.class)
                            .hasStackTraceContaining("maximum number of prepared transactions reached");
                }
                assertThat(bank.balances()).containsExactly(1000L, 1000L);
                assertThat(bank.xa.activeTransactionCount()).isZero();
                assertThat(bank.xa.pool("east").active() + bank.xa.pool("west").active())
                        .isZero();
                assertThat(east.queryForLong("select count(*) from pgxa.decision"))
                        .isZero();
                Eventually.eventually(
                        Duration.ofSeconds(5),
                        "an operator sees who uses them",
                        () -> bank.xa.nodes().stream()
                                .allMatch(n ->
                                        n.preparedForeign() == 2 && n.maxPrepared() == 2 && n.preparedOurs() == 0));
                bank.transaction().begin();
                // A single node needs none.
                bank.add("east", 1);
                bank.transaction().commit();

                for (PostgresNode node : List.of(east, west)) {
                    node.execute("rollback prepared 'others 0'", "rollback prepared 'others 1'");
                }
                transfer(bank);
                assertThat(bank.balances()).containsExactly(1000L, 1001L);
                unlocked(east, west);
            }
        }
    }

    @Nested
    @PostgresNodes({"east", "west"})
    class Connections {

        @Test
        void ofTheApplicationsRoleUsedUpDoNotStopRecoveryWithARoleOfItsOwn(PostgresNode east, PostgresNode west)
                throws Exception {
            Roles.install(east, west);
            west.execute("alter role bank_app connection limit 2");
            RecoverySettings byHand = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);
            List<Connection> taken = new ArrayList<>();
            taken.add(Roles.connect(west, Roles.APP));
            taken.add(Roles.connect(west, Roles.APP));
            Roles.leavePrepared(west, Roles.APP, east, TransactionId.random(), 10);
            try (Bank bank =
                    Roles.bank(new RecoveryRole(Roles.RECOVERY, null), byHand, Duration.ofHours(1), east, west)) {
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> transfer(bank)).hasStackTraceContaining("too many connections for role");
                }
                Eventually.eventually(Duration.ofSeconds(10), "recovery goes on", () -> {
                    bank.xa.recoverNow();
                    return bank.prepared() == 0;
                });
                assertThat(bank.xa.activeTransactionCount()).isZero();
                assertThat(bank.balances()).containsExactly(1000L, 1000L);
                for (Connection c : taken) {
                    c.close();
                }
                Eventually.eventually(
                        Duration.ofSeconds(5),
                        "they are free",
                        () -> west.queryForLong("select count(*) from pg_stat_activity where usename = 'bank_app'")
                                == 0);
                transfer(bank);
                assertThat(bank.balances()).containsExactly(999L, 1001L);
                unlocked(east, west);
            }
        }
    }

    @Nested
    @PostgresNodes(
            value = {"east", "west"},
            settings = {"max_connections=12", "superuser_reserved_connections=3"})
    class AllConnections {

        @Test
        void usedUpRollBackAndRecoveryGoesOnWithThoseThatAreReservedForIt(PostgresNode east, PostgresNode west)
                throws Exception {
            Assumptions.assumeTrue(
                    east.majorVersion() >= 16, "PostgreSQL reserves connections for a role from version 16 on");
            reserve(east, west, "2");
            try {
                usedUp(east, west);
            } finally {
                reserve(east, west, "default");
            }
        }

        private void reserve(PostgresNode east, PostgresNode west, String connections) {
            for (PostgresNode node : List.of(east, west)) {
                node.execute("alter system set reserved_connections = " + connections);
                node.restart();
            }
        }

        private void usedUp(PostgresNode east, PostgresNode west) throws Exception {
            Roles.install(east, west);
            for (PostgresNode node : List.of(east, west)) {
                node.execute("grant pg_use_reserved_connections to bank_recovery with inherit true");
            }
            RecoverySettings byHand = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);
            Roles.leavePrepared(west, Roles.APP, east, TransactionId.random(), 10);
            List<Connection> taken = new ArrayList<>();
            while (taken.size() < 7) {
                taken.add(Roles.connect(west, Roles.APP));
            }
            try (Bank bank =
                    Roles.bank(new RecoveryRole(Roles.RECOVERY, null), byHand, Duration.ofHours(1), east, west)) {
                assertThatThrownBy(() -> transfer(bank))
                        .hasStackTraceContaining("remaining connection slots are reserved");
                Eventually.eventually(Duration.ofSeconds(10), "recovery goes on", () -> {
                    bank.xa.recoverNow();
                    return bank.prepared() == 0;
                });
                for (Connection c : taken) {
                    c.close();
                }
                Eventually.eventually(Duration.ofSeconds(10), "it works again", () -> {
                    try {
                        transfer(bank);
                        return true;
                    } catch (SQLException notYet) {
                        return false;
                    }
                });
                assertThat(bank.balances()).containsExactly(999L, 1001L);
                unlocked(east, west);
            }
        }
    }
}
