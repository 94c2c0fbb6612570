package io.github.postgresxa.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.PreparedTransaction;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything works under the rights of docs/operations/grants.sql. Without one of them it stops and says why. Any
 * other right that a role might want is refused.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class LeastPrivilegeIT {

    private static final RecoverySettings BY_HAND = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);
    private static final RecoveryRole OWN_ROLE = new RecoveryRole(Roles.RECOVERY, null);

    private PostgresNode east;
    private PostgresNode west;

    @BeforeAll
    void install(PostgresNode east, PostgresNode west) throws IOException {
        this.east = east;
        this.west = west;
        Roles.install(east, west);
    }

    @BeforeEach
    @AfterEach
    void reset() {
        Roles.reset(east, west);
    }

    private Bank bank() {
        return Roles.bank(OWN_ROLE, BY_HAND, Duration.ofHours(1), east, west);
    }

    private static void transfer(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
    }

    private static void recoverUntilNothingIsPrepared(Bank bank) throws Exception {
        Eventually.eventually(Duration.ofSeconds(10), "nothing is left prepared", () -> {
            bank.xa.recoverNow();
            return bank.prepared() == 0;
        });
    }

    @Test
    void workNeedsNoMoreThanToReadAndInsertDecisions() throws Exception {
        try (Bank bank = bank()) {
            assertThat(bank.xa.nodes()).allSatisfy(n -> assertThat(n.problem()).isNull());
            assertThat(bank.xa.statistics())
                    .allSatisfy(n -> assertThat(n.decisionRows()).isNotNull());
            transfer(bank);
            bank.transaction().begin();
            bank.add("east", 1);
            bank.read("west");
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(1000L, 1001L);
            assertThat(bank.prepared()).isZero();
        }
    }

    @Test
    void aLostReplyIsAskedForUnderTheSameRights() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Bank bank = bank()) {
            Future<Void> commit;
            try (Connection c = east.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                // The decision waits for this.
                s.execute("lock table pgxa.decision in share mode");
                commit = other.submit(() -> {
                    transfer(bank);
                    return null;
                });
                String waiting = "from pg_stat_activity where wait_event_type = 'Lock' and query like '%pgxa.decision%'"
                        + " and usename = 'bank_app'";
                Eventually.eventually(
                        Duration.ofSeconds(10),
                        "the decision waits",
                        () -> east.queryForLong("select count(*) " + waiting) > 0);
                east.queryForLong("select count(pg_terminate_backend(pid)) " + waiting);
                c.rollback();
            }
            assertThatThrownBy(commit::get).hasCauseInstanceOf(RollbackException.class);
            assertThat(east.queryForString("select outcome from pgxa.decision")).isEqualTo("A");
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
            assertThat(bank.prepared()).isZero();
        } finally {
            other.shutdown();
        }
    }

    @Test
    void recoveryFinishesWhatTheApplicationsRoleOwns() throws Exception {
        TransactionId committed = TransactionId.random();
        Roles.leavePrepared(west, Roles.APP, east, committed, 10);
        Roles.decide(east, west, committed, Roles.APP);
        try (Bank bank = bank()) {
            recoverUntilNothingIsPrepared(bank);
            assertThat(bank.balances()).containsExactly(1000L, 1010L);

            TransactionId abandoned = TransactionId.random();
            Roles.leavePrepared(west, Roles.APP, east, abandoned, 10);
            recoverUntilNothingIsPrepared(bank);
            assertThat(bank.balances()).containsExactly(1000L, 1010L);
            assertThat(bank.xa.outcome(committed)).isEqualTo(Outcome.COMMITTED);
            assertThat(bank.xa.outcome(abandoned)).isEqualTo(Outcome.ROLLED_BACK);
        }
    }

    @Test
    void recoveryFinishesForAnOwnerOfAnyNameThatItMayBecome() throws Exception {
        String owner = "O'Brien \"the; drop role\" Owner";
        String quoted = "\"" + owner.replace("\"", "\"\"") + "\"";
        west.execute(
                "create role %s login".formatted(quoted),
                "grant %s to bank_recovery".formatted(quoted),
                "grant select, update on account to %s".formatted(quoted),
                "grant usage on schema pgxa to %s".formatted(quoted));
        String gid = Roles.gid(west, east, TransactionId.random());
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("set session authorization " + quoted);
            s.execute("update account set balance = balance + 10 where id = 1");
            s.execute("prepare transaction '" + gid + "'");
        }
        assertThat(west.preparedTransactions())
                .extracting(PreparedTransaction::owner)
                .containsExactly(owner);
        try (Bank bank = bank()) {
            recoverUntilNothingIsPrepared(bank);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    @Test
    void recoveryDeletesDecisionsThatWereCarriedOut() throws Exception {
        try (Bank bank = Roles.bank(OWN_ROLE, Bank.FAST, Duration.ZERO, east, west)) {
            transfer(bank);
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the row is gone",
                    () -> east.queryForLong("select count(*) from pgxa.decision") == 0);
            assertThat(east.queryForString("select mark from pgxa.node")).isNotEmpty();
        }
    }

    @Test
    void oneRoleForBothNeedsTheRightsOfBoth() throws Exception {
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute(
                    "grant delete on pgxa.decision to bank_app",
                    "grant select, update (mark) on pgxa.node to bank_app");
        }
        try (Bank bank = Roles.bank(null, Bank.FAST, Duration.ZERO, east, west)) {
            Roles.leavePrepared(west, Roles.APP, east, TransactionId.random(), 10);
            transfer(bank);
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "nothing is prepared, and every row is gone",
                    () -> bank.prepared() == 0 && east.queryForLong("select count(*) from pgxa.decision") == 0);
            assertThat(bank.balances()).containsExactly(999L, 1001L);
        } finally {
            for (PostgresNode node : new PostgresNode[] {east, west}) {
                node.execute(
                        "revoke delete on pgxa.decision from bank_app",
                        "revoke update (mark) on pgxa.node from bank_app");
            }
        }
    }

    @Test
    void workRegistersItsManagerAndRecoveryEndsItsName() throws Exception {
        for (String role : List.of(Roles.APP, Roles.RECOVERY)) {
            Roles.run(
                    east,
                    role,
                    A_MANAGER,
                    "update pgxa.manager set seen_at = clock_timestamp()",
                    "insert into pgxa.manager_decision (gtrid, manager, outcome) values ('Zw', 'pgxaq', 'C')",
                    "select * from pgxa.manager join pgxa.manager_decision on manager = name",
                    "update pgxa.manager_decision set ended_at = clock_timestamp()");
            if (role.equals(Roles.APP)) {
                denied(role, "delete from pgxa.manager_decision");
                denied(role, "delete from pgxa.manager");
            }
            denied(role, "update pgxa.manager_decision set outcome = 'A'");
            denied(role, "update pgxa.manager set node = '0123456789abcdef'");
            Roles.run(east, Roles.RECOVERY, "delete from pgxa.manager_decision", "delete from pgxa.manager");
        }
    }

    // ---- what is missing is reported, and nothing is half done

    @Test
    void withoutTheRightToReadItsNodesIdentityNothingJoins() throws Exception {
        revoked("select on pgxa.node", Roles.APP, bank -> {
            bank.transaction().begin();
            assertThatThrownBy(() -> bank.add("east", 1)).hasStackTraceContaining("permission denied for table node");
            bank.transaction().rollback();
        });
    }

    @Test
    void withoutTheRightToInsertADecisionEverythingRollsBack() throws Exception {
        revoked("insert on pgxa.decision", Roles.APP, bank -> {
            assertThatThrownBy(() -> transfer(bank))
                    .isInstanceOf(RollbackException.class)
                    .hasStackTraceContaining("permission denied for table decision");
            assertThat(bank.prepared()).isZero();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "select on pgxa.decision, does not answer",
        "insert on pgxa.decision, permission denied for table decision",
        "select on pgxa.node, no configured node",
        "bank_app, permission denied to set role"
    })
    void withoutOneOfItsRightsRecoveryTouchesNothingAndSaysWhy(String right, String reason) throws Exception {
        Roles.leavePrepared(west, Roles.APP, east, TransactionId.random(), 10);
        revoked(right, Roles.RECOVERY, bank -> {
            bank.xa.recoverNow();
            bank.xa.recoverNow();
            assertThat(bank.prepared()).isEqualTo(1);
            assertThat(bank.xa.inDoubt() + " " + bank.xa.nodes()).contains(reason);
        });
        try (Bank bank = bank()) {
            recoverUntilNothingIsPrepared(bank);
        }
    }

    private interface Claim {
        void hold(Bank bank) throws Exception;
    }

    private void revoked(String right, String role, Claim claim) throws Exception {
        PostgresNode[] nodes = right.contains(" ") ? new PostgresNode[] {east} : new PostgresNode[] {east, west};
        for (PostgresNode node : nodes) {
            node.execute("revoke %s from %s".formatted(right, role));
        }
        try (Bank bank = bank()) {
            claim.hold(bank);
        } finally {
            for (PostgresNode node : nodes) {
                node.execute("grant %s to %s".formatted(right, role));
            }
        }
    }

    // ---- what no role has

    private static final String ANY_DECISION = "insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
            + " values (gen_random_uuid(), 'A', pg_current_xact_id(), 'x')";

    private static final String A_MANAGER =
            "insert into pgxa.manager (name, node, application)" + " select 'pgxaq', identity, 'bank' from pgxa.node";

    private void denied(String role, String sql) {
        assertThatThrownBy(() -> Roles.run(east, role, sql))
                .as("%s: %s", role, sql)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from pgxa.decision",
                "update pgxa.decision set outcome = 'A'",
                "truncate pgxa.decision",
                "update pgxa.node set mark = null",
                "create table pgxa.mine (a int)",
                "drop table pgxa.decision",
                "alter table pgxa.decision disable trigger all",
                "create trigger t before insert on pgxa.decision"
                        + " for each row execute function suppress_redundant_updates_trigger()",
                "set role bank_recovery",
                "set role bank_owner",
                "create table public.mine (a int)"
            })
    void theApplicationsRoleCannotChangeWhatWasDecided(String sql) {
        denied(Roles.APP, sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from account",
                "update account set balance = 0",
                "update pgxa.decision set outcome = 'A'",
                "update pgxa.node set identity = '0123456789abcdef'",
                "truncate pgxa.decision",
                "create table pgxa.mine (a int)",
                "set role bank_owner",
                "set role postgres",
                "select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where usename = 'postgres' and pid <> pg_backend_pid()"
            })
    void recoverysRoleIsOnlyForRecovery(String sql) throws SQLException {
        try (Connection somebody = east.connect()) {
            assertThat(somebody.isValid(5)).isTrue();
            denied(Roles.RECOVERY, sql);
        }
    }

    @Test
    void anotherApplicationsRoleSeesAndTouchesNothingOfIt() throws Exception {
        east.execute("create role stranger login");
        TransactionId id = TransactionId.random();
        Roles.leavePrepared(east, Roles.APP, west, id, 10);
        String gid = Roles.gid(east, west, id);
        try (Connection app = Roles.connect(east, Roles.APP)) {
            assertThat(app.isValid(5)).isTrue();
            for (String sql : new String[] {
                "select * from pgxa.node",
                "select * from pgxa.decision",
                ANY_DECISION,
                "delete from pgxa.decision",
                "update pgxa.decision set outcome = 'A'",
                "truncate pgxa.decision",
                "select * from pgxa.manager_decision",
                A_MANAGER,
                "begin; lock table pgxa.decision in access exclusive mode",
                "create table pgxa.mine (a int)",
                "commit prepared '%s'".formatted(gid),
                "rollback prepared '%s'".formatted(gid),
                "set role bank_app",
                "set role bank_recovery",
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bank_app'"
            }) {
                denied("stranger", sql);
            }
            assertThat(app.isValid(5)).isTrue();
        }
        assertThat(east.preparedTransactions())
                .extracting(PreparedTransaction::gid)
                .containsExactly(gid);
    }

    @Test
    void anotherApplicationWithASchemaOfItsOwnInTheSameDatabaseTouchesNothingOfIt() throws Exception {
        for (PostgresNode node : new PostgresNode[] {east, west}) {
            node.execute(
                    "create role neighbour login",
                    "grant create on database %s to neighbour".formatted(node.database()));
        }
        TransactionId decided = TransactionId.random();
        TransactionId abandoned = TransactionId.random();
        Roles.leavePrepared(west, Roles.APP, east, decided, 10);
        Roles.decide(east, west, decided, Roles.APP);
        east.execute("create table if not exists note (a int)", "grant insert on note to bank_app");
        Roles.run(
                east,
                Roles.APP,
                "begin",
                "insert into note values (1)",
                "prepare transaction '%s'".formatted(Roles.gid(east, west, abandoned)));
        String rows = "select coalesce(string_agg(d::text, ',' order by gtrid), '') from pgxa.decision d";
        String before = east.queryForString(rows);
        try (PostgresXa neighbour = PostgresXa.builder()
                .name("neighbour")
                .recovery(BY_HAND)
                .decision(new DecisionSettings("neighbour", true, Duration.ZERO, false))
                .node("east", east.jdbcUrl(), "neighbour", null)
                .node("west", west.jdbcUrl(), "neighbour", null)
                .build()) {
            for (int pass = 0; pass < 3; pass++) {
                RecoveryReport report = neighbour.recoverNow();
                assertThat(report.committed() + report.rolledBack()).isZero();
            }
        }
        assertThat(east.queryForString(rows)).isEqualTo(before);
        assertThat(west.preparedTransactions()).hasSize(1);
        assertThat(east.preparedTransactions()).hasSize(1);
    }
}
