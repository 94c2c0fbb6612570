package io.github.postgresxa.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application may work under another role than its login. Recovery is off in these tests: what is visible when
 * {@code commit()} returns was committed by {@code commit()}. Each node has one connection: every transaction finds
 * the session of its predecessor.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class RoleIT {

    private static final RecoverySettings OFF = new RecoverySettings(false, Duration.ofHours(1), Duration.ofHours(1));

    private PostgresNode east;
    private PostgresNode west;

    @BeforeAll
    void install(PostgresNode east, PostgresNode west) throws IOException {
        this.east = east;
        this.west = west;
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    Operations.ddl("pgxa"),
                    "create role ledger nologin",
                    "create role \"Night's \\ shift\" nologin",
                    "create role teller login noinherit",
                    "create role chief login superuser",
                    "create role settler login",
                    "grant ledger, \"Night's \\ shift\" to teller",
                    "grant teller, ledger to settler",
                    "grant usage on schema pgxa to teller, ledger, settler",
                    "grant select, update on pgxa.node to teller, ledger, settler",
                    "grant select on pgxa.participant to teller, ledger, settler",
                    "grant select, insert, delete on pgxa.decision to teller, ledger, settler",
                    "create table account (id int primary key, balance bigint not null)",
                    "create table note (role text)",
                    "grant all on account, note to teller, ledger, \"Night's \\ shift\"",
                    """
                    create function note() returns trigger language plpgsql as
                    'begin if new.balance = 666 then raise exception ''not this one''; end if;
                     insert into note values (current_user); return null; end'
                    """,
                    """
                    create constraint trigger note after update on account
                    deferrable initially deferred for each row execute function note()
                    """);
        }
    }

    @AfterEach
    void reset() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions()
                    .forEach(left -> node.execute("set role none", "rollback prepared '" + left.gid() + "'"));
            // The superuser's own session begins under the database's default role, too.
            node.execute(
                    "set role none",
                    "alter role teller reset role",
                    "alter role teller in database %s reset role".formatted(node.database()),
                    "alter database %s reset role".formatted(node.database()),
                    "delete from note");
        }
    }

    private Bank bank(String login, @Nullable RecoveryRole recovery) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .home("first-used")
                .name("bank")
                .recovery(OFF)
                .decision(new DecisionSettings("pgxa", false, Duration.ofHours(1), false));
        PoolSettings one = PoolSettings.DEFAULT.withMaxSize(1);
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "set role none", "delete from account", "insert into account values (1, 1000)", "delete from note");
            builder.node(new NodeSettings(node.name(), node.jdbcUrl(), login, null, one, recovery));
        }
        return Bank.over(builder.build(), List.of(east, west));
    }

    private void eightTransfersAreSeenAtOnce(Bank bank, String... first) throws Exception {
        List<Long> seen = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            bank.transaction().begin();
            for (String sql : first) {
                bank.execute("east", sql);
                bank.execute("west", sql);
            }
            bank.add("east", -1);
            bank.add("west", 1);
            bank.transaction().commit();
            seen.add(west.queryForLong("select balance from account where id = 1"));
        }
        assertThat(seen).containsExactly(1001L, 1002L, 1003L, 1004L, 1005L, 1006L, 1007L, 1008L);
        assertThat(bank.balances()).containsExactly(992L, 1008L);
        assertThat(bank.prepared()).isZero();
    }

    private static String role(Bank bank, String node) throws Exception {
        try (Connection c = bank.connection(node);
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("select session_user || ' as ' || current_user")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private String notes(PostgresNode node) {
        return node.queryForString("select coalesce(string_agg(distinct role, ' and '), 'none') from note");
    }

    @ParameterizedTest
    @CsvSource({
        "alter role teller set role = ledger, false",
        "alter role teller set role = ledger, true",
        "alter role teller in database $ set role = ledger, false",
        "alter role teller in database $ set role = ledger, true",
        "alter database $ set role = ledger, false",
        "alter database $ set role = ledger, true"
    })
    void aDefaultRoleOfTheLogin(String setting, boolean ownRecoveryRole) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute(setting.replace("$", node.database()));
        }
        try (Bank bank = bank("teller", ownRecoveryRole ? new RecoveryRole("settler", null) : null)) {
            eightTransfersAreSeenAtOnce(bank);
            assertThat(role(bank, "west")).isEqualTo("teller as ledger");
            assertThat(notes(east)).isEqualTo("ledger");
            assertThat(notes(west)).isEqualTo("ledger");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ledger", "Night's \\ shift"})
    void aRoleSetInTheTransactionForTheSession(String role) throws Exception {
        try (Bank bank = bank("teller", null)) {
            eightTransfersAreSeenAtOnce(bank, "set role \"" + role + "\"");
            assertThat(role(bank, "west")).isEqualTo("teller as " + role);
            assertThat(notes(east)).isEqualTo(role);
            assertThat(notes(west)).isEqualTo(role);
        }
    }

    @Test
    void aRoleSetForTheSessionBeforeTheTransaction() throws Exception {
        try (Bank bank = bank("teller", null)) {
            bank.execute("east", "set role ledger");
            bank.execute("west", "set role ledger");
            eightTransfersAreSeenAtOnce(bank);
            assertThat(role(bank, "west")).isEqualTo("teller as ledger");
            assertThat(notes(east)).isEqualTo("ledger");
        }
    }

    @Test
    void aRoleSetBeforeAndTakenBackForTheTransactionAlone() throws Exception {
        try (Bank bank = bank("teller", null)) {
            bank.execute("east", "set role ledger");
            bank.execute("west", "set role ledger");
            eightTransfersAreSeenAtOnce(bank, "set local role none");
            assertThat(role(bank, "west")).isEqualTo("teller as ledger");
            assertThat(notes(east)).isEqualTo("teller");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"set local role ledger", "select set_config('role', 'ledger', true)"})
    void aRoleSetForTheTransactionAlone(String set) throws Exception {
        try (Bank bank = bank("teller", null)) {
            eightTransfersAreSeenAtOnce(bank, set);
            assertThat(role(bank, "west")).isEqualTo("teller as teller");
            assertThat(notes(east)).isEqualTo("ledger");
            assertThat(notes(west)).isEqualTo("ledger");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "select 1, set session authorization teller, teller as teller",
        "set session authorization teller, select 1, teller as teller",
        "set session authorization teller, set local session authorization settler, teller as teller",
        "set session authorization teller, set role ledger, teller as ledger",
        "select 1, set local session authorization teller, chief as chief"
    })
    void anotherSessionAuthorization(String before, String within, String after) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("grant all on account, note to settler");
        }
        try (Bank bank = bank("chief", null)) {
            bank.execute("east", before);
            bank.execute("west", before);
            eightTransfersAreSeenAtOnce(bank, within);
            assertThat(role(bank, "west")).isEqualTo(after);
        }
    }

    @Test
    void whatIsPreparedUnderAnotherRoleIsRolledBackAtOnce() throws Exception {
        try (Bank bank = bank("teller", null)) {
            for (int i = 0; i < 3; i++) {
                bank.transaction().begin();
                bank.execute("east", "set role ledger");
                bank.execute("west", "set role ledger");
                // Its trigger fails at the end.
                bank.execute("east", "update account set balance = 666 where id = 1");
                bank.add("west", 1);
                assertThatThrownBy(() -> bank.transaction().commit())
                        .isInstanceOf(RollbackException.class)
                        .hasStackTraceContaining("not this one");
                assertThat(bank.prepared()).isZero();
            }
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    @Test
    void recoveryFinishesWhatWasPreparedUnderADefaultRole() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("alter role teller set role = ledger");
        }
        TransactionId committed = TransactionId.random();
        TransactionId abandoned = TransactionId.random();
        try (Bank bank = bank("teller", new RecoveryRole("settler", null))) {
            Roles.leavePrepared(west, "ledger", east, committed, 10);
            Roles.decide(east, west, committed, "ledger");
            settled(bank);
            assertThat(west.queryForLong("select balance from account where id = 1"))
                    .isEqualTo(1010L);
            // By an instance without the default role.
            Roles.leavePrepared(west, "teller", east, abandoned, 10);
            settled(bank);
            assertThat(west.queryForLong("select balance from account where id = 1"))
                    .isEqualTo(1010L);
        }
    }

    /** If a regular pass is at work at the same moment, this one leaves the node to it. */
    private static void settled(Bank bank) throws Exception {
        Eventually.eventually(Duration.ofSeconds(10), "nothing is left prepared", () -> {
            bank.xa.recoverNow();
            return bank.prepared() == 0;
        });
    }
}
