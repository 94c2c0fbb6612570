package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;

/** The nested classes act as one test class after the other: each has its own nodes. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class FreshNodesIT {
    private static final String TABLES = "select count(*) from pg_tables where schemaname = 'public'";
    private static final Set<Integer> PORTS = new HashSet<>();

    @Nested
    @Order(1)
    @PostgresNodes({"east", "west"})
    class AClassThatLeavesAMess {

        @BeforeAll
        static void isServedBeforeItsTests(PostgresNode west) {
            west.execute("create table made_before_all (id int)");
        }

        @Test
        void leavesPreparedTransactionsRolesSettingsSessionsAndDeadServers(PostgresNode east, PostgresNode west)
                throws Exception {
            PORTS.add(east.port());
            PORTS.add(west.port());
            assertThat(PORTS).as("two servers").hasSize(2);
            assertThat(west.queryForLong(TABLES)).isEqualTo(1);
            for (PostgresNode node : new PostgresNode[] {east, west}) {
                node.execute(
                        "create table account (id int)",
                        "create role recoverer login",
                        "grant all on account to recoverer",
                        "alter system set work_mem = '12MB'",
                        "begin; insert into account values (1); prepare transaction 'it''s left'");
            }
            west.connect();
            west.pause();
            east.kill();
        }
    }

    @Nested
    @Order(2)
    @PostgresNodes({"west", "east"})
    class TheNextClass {

        @Test
        void seesNothingOfIt(PostgresNode east, PostgresNode west) {
            assertThat(PORTS).as("the same servers").contains(east.port(), west.port());
            for (PostgresNode node : new PostgresNode[] {east, west}) {
                assertThat(node.isRunning()).isTrue();
                assertThat(node.preparedTransactions()).isEmpty();
                assertThat(node.queryForLong(TABLES)).isZero();
                assertThat(node.queryForLong("select count(*) from pg_roles where rolname = 'recoverer'"))
                        .isZero();
                assertThat(node.queryForString("show work_mem")).isEqualTo("4MB");
            }
        }

        @Test
        void hasTheOnlyDatabase(PostgresNode east) {
            assertThat(east.queryForLong("select count(*) from pg_database where datname like 'test%'"))
                    .isEqualTo(1);
        }

        @Test
        void reachesItsNodesFromStaticCode(PostgresNode east) {
            assertThat(PostgresNode.of("east")).isSameAs(east);
        }

        @Test
        void staticCodeMayAskForAnUndeclaredNode() {
            assertThat(PostgresNode.of("north").queryForLong(TABLES)).isZero();
        }

        @Nested
        class AndItsNestedClasses {

            @Test
            void shareTheNodes(PostgresNode east) {
                assertThat(PostgresNode.of("east")).isSameAs(east);
            }
        }
    }

    @Nested
    @Order(3)
    @PostgresNodes(value = "east", settings = "max_prepared_transactions=0")
    class AClassWithOtherSettings {

        @Test
        void hasAnotherServer(PostgresNode east) {
            assertThat(PORTS).doesNotContain(east.port());
            assertThat(east.queryForString("show max_prepared_transactions")).isEqualTo("0");
            assertThatThrownBy(() -> east.execute("begin; prepare transaction 'x'"))
                    .hasMessageContaining("prepared transactions are disabled");
        }
    }

    @Nested
    @Order(4)
    class StaticCodeThatRunsBeforeAnyClass {

        @Test
        void getsANodeThatTheNextClassTakesOver() {
            var early = PostgresNode.of("east");
            early.execute("create table early (id int)");
            var nodes = OpenNodes.open(new TestNodes(FreshNodesIT.class, List.of("east"), List.of()));
            assertThat(nodes.node("east")).isSameAs(early);
            OpenNodes.close(nodes);
            assertThatThrownBy(early::connect).hasMessageContaining("does not exist");
        }
    }
}
