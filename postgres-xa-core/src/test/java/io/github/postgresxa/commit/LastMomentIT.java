package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Triggers that write or refuse only when COMMIT runs, and settings that let nothing run at all. */
@PostgresNodes({"east", "west"})
class LastMomentIT {

    private static final String WRITES_AT_COMMIT = "declare c cursor with hold for select quietly(%d)";

    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        bank = Bank.open(east, west);
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "create table if not exists strict (a int)",
                    "create or replace function refuse() returns trigger language plpgsql"
                            + " as 'begin raise exception ''refused at the end''; end'",
                    "drop trigger if exists late on strict",
                    "create constraint trigger late after insert on strict deferrable initially deferred"
                            + " for each row execute function refuse()",
                    "create or replace function quietly(amount bigint) returns void language sql"
                            + " as 'update account set balance = balance + amount where id = 1'");
        }
    }

    @AfterEach
    void close() {
        bank.close();
    }

    private void isRolledBackEverywhere(String why) {
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasStackTraceContaining(why);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.prepared()).isZero();
    }

    /** @param amount one that the account's constraint allows, or one that it refuses */
    @ParameterizedTest
    @ValueSource(ints = {10, -5000})
    void aCursorThatWouldWriteAtCommitIsNotTakenForAReader(int amount) throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.execute("west", WRITES_AT_COMMIT.formatted(amount));
        isRolledBackEverywhere("WITH HOLD");
    }

    @Test
    void norIsItWhereReadersAreEndedBeforeTheDecision() throws Exception {
        bank.transaction().begin();
        bank.execute("east", "insert into strict values (1)");
        try (Connection c = bank.connection("west")) {
            c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        }
        bank.execute("west", WRITES_AT_COMMIT.formatted(10));
        isRolledBackEverywhere("");
    }

    /** @param decides whether a single writer leaves a row */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereNobodyElseWritesItDoesItsWork(boolean decides) throws Exception {
        bank.close();
        bank = Bank.open(b -> b.decision(new DecisionSettings("pgxa", true, Duration.ofHours(1), decides)), east, west);
        bank.transaction().begin();
        bank.read("east");
        bank.execute("west", WRITES_AT_COMMIT.formatted(10));
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(1000L, 1010L);
    }

    /**
     * The driver's own savepoint would hide that COMMIT did not run. The mark exists on every home that has ever
     * forgotten a decision.
     */
    @ParameterizedTest
    @ValueSource(strings = {"never", "conservative", "always"})
    void aRefusalAtTheHomeIsARollbackWhateverSavepointsTheDriverSets(String autosave) throws Exception {
        bank.close();
        String setting = "?autosave=" + autosave;
        bank = Bank.over(
                PostgresXa.builder()
                        .home("first-used")
                        .recovery(new RecoverySettings(false, Duration.ofMinutes(1), Duration.ofMinutes(1)))
                        .node("east", east.jdbcUrl() + setting, east.username(), east.password())
                        .node("west", west.jdbcUrl() + setting, west.username(), west.password())
                        .build(),
                List.of(east, west));
        east.execute("update pgxa.node set mark = '9999999999'::xid8");
        try {
            bank.transaction().begin();
            bank.execute("east", "insert into strict values (1)");
            bank.add("west", 10);
            isRolledBackEverywhere("refused at the end");
        } finally {
            east.execute("update pgxa.node set mark = null");
        }
    }

    /** @param commits whether the application forgets the copy and commits, or fails in the middle of it */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyThatIsLeftOpenHoldsNobodyUp(boolean commits) throws Exception {
        west.execute("create table if not exists copied (a int)");
        CompletableFuture<Void> end = CompletableFuture.runAsync(() -> {
            try {
                bank.transaction().begin();
                bank.add("east", -10);
                bank.add("west", 10);
                try (Connection c = bank.connection("west")) {
                    c.unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("copy copied from stdin")
                            .writeToCopy(new byte[] {'1', '\n'}, 0, 2);
                }
                if (commits) {
                    isRolledBackEverywhere("node 'west': the application has left something open");
                } else {
                    bank.transaction().rollback();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        end.get(20, TimeUnit.SECONDS);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(west.queryForLong("select count(*) from copied")).isZero();
        Eventually.eventually(
                Duration.ofSeconds(10),
                "its locks are gone",
                () -> west.queryForLong("select count(*) from pg_stat_activity"
                                + " where xact_start is not null and application_name like 'postgres-xa%'")
                        == 0);
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void whoUsesTheDriversOwnObjectInOrderIsNotDisturbed() throws Exception {
        west.execute("create table if not exists copied (a int)", "truncate copied");
        bank.transaction().begin();
        bank.add("east", -10);
        try (Connection c = bank.connection("west")) {
            CopyIn copy = c.unwrap(PGConnection.class).getCopyAPI().copyIn("copy copied from stdin");
            copy.writeToCopy(new byte[] {'1', '\n'}, 0, 2);
            copy.endCopy();
        }
        bank.transaction().commit();
        assertThat(west.queryForLong("select count(*) from copied")).isEqualTo(1);
        assertThat(bank.balances().get(0)).isEqualTo(990L);
        west.execute("truncate copied");
    }
}
