package io.github.postgresxa.connection;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.Transfer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traps of the driver and the server that no other test names. {@code docs/reliability/shield.md} lists them all. */
@PostgresNodes({"east", "west"})
class ShieldIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        bank = Bank.open(east, west);
    }

    @AfterEach
    void close() {
        bank.close();
        assertThat(bank.prepared()).isZero();
    }

    private void reopen(String eastSettings, String westSettings) {
        bank.close();
        bank = Bank.over(
                PostgresXa.builder()
                        .home("first-used")
                        .recovery(Bank.FAST)
                        .node("east", east.jdbcUrl() + eastSettings, east.username(), east.password())
                        .node("west", west.jdbcUrl() + westSettings, west.username(), west.password())
                        .build(),
                List.of(east, west));
    }

    private void transfer() throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create temp table t (a int)                     | temporary table      "
                        + "| ordinary or an unlogged table",
                "notify news                                     | NOTIFY               | after the commit",
                "listen news                                     | LISTEN               | after the commit",
                "declare c cursor with hold for select 1         | cursor WITH HOLD     | ends with the transaction",
                "select pg_export_snapshot()                     | exported a snapshot  | separate transaction",
                "select pg_advisory_lock(1), pg_advisory_xact_lock(1) | same lock       | pg_advisory_xact_lock",
                "select count(*) from faraway                    | postgres_fdw         | Make that server a node"
            })
    void whatCannotBePreparedIsRefusedWithTheNodeTheCauseAndWhatToDo(String sql, String cause, String advice)
            throws Exception {
        aForeignTable();
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.execute("west", sql);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("rolled back on all nodes", "node 'west'", cause, advice, "the server says: "));
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        transfer();
    }

    private void aForeignTable() {
        west.execute(
                "create extension if not exists postgres_fdw",
                ("create server if not exists east foreign data wrapper postgres_fdw"
                                + " options (host '127.0.0.1', port '%d', dbname '%s')")
                        .formatted(east.port(), east.database()),
                "create user mapping if not exists for postgres server east options (user 'postgres')",
                "create foreign table if not exists faraway (id int, balance bigint) server east"
                        + " options (table_name 'account')");
    }

    @Test
    void usedUpPreparedTransactionsAreARollbackThatNamesTheSetting() throws Exception {
        int all = Integer.parseInt(west.queryForString("show max_prepared_transactions"));
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < all; i++) {
                s.execute("begin");
                s.execute("prepare transaction 'forgotten-" + i + "'");
            }
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            assertThatThrownBy(() -> bank.transaction().commit())
                    .isInstanceOf(RollbackException.class)
                    .satisfies(e -> assertThat(e.getMessage()).contains("node 'west'", "max_prepared_transactions"));
            for (int i = 0; i < all; i++) {
                s.execute("rollback prepared 'forgotten-" + i + "'");
            }
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        transfer();
    }

    @Test
    void aSessionThatIsTerminatedBeforeCommitPreparedChangesNothingForTheCaller() throws Exception {
        try (Connection holder = east.connect();
                Statement s = holder.createStatement()) {
            holder.setAutoCommit(false);
            // The decision has to wait.
            s.execute("lock table pgxa.decision in exclusive mode");
            Transfer transfer = Transfer.start(bank);
            eventually(
                    LIMIT, "west is prepared", () -> west.preparedTransactions().size() == 1);
            west.execute("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                    + " and query ilike '%prepare transaction%'");
            holder.rollback();
            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
        }
        eventually(LIMIT, "recovery commits the branch", () -> bank.prepared() == 0);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        // On another session: the dead one did not return to the pool.
        transfer();
        assertThat(bank.balances()).containsExactly(980L, 1020L);
    }

    @Test
    void afterARestartOfANodeAtMostOneTransactionMeetsADeadConnection() throws Exception {
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            open.add(bank.connection("west"));
        }
        for (Connection connection : open) {
            connection.close();
        }
        assertThat(bank.xa.pool("west").open()).isGreaterThanOrEqualTo(5);
        west.restart();
        int failures = 0;
        for (int i = 0; i < 6; i++) {
            try {
                transfer();
            } catch (SQLException e) {
                bank.transaction().rollback();
                failures++;
            }
        }
        assertThat(failures).isLessThanOrEqualTo(1);
        assertThat(bank.balances().get(0) + bank.balances().get(1)).isEqualTo(2000);
    }

    @Test
    void connectionsThatWereNeverUsedAreAskedToo() throws Exception {
        bank.close();
        PoolSettings filled = new PoolSettings(
                6, 6, Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofSeconds(30));
        bank = Bank.over(
                PostgresXa.builder()
                        .home("first-used")
                        .node("east", east.jdbcUrl(), east.username(), east.password())
                        .node(new NodeSettings("west", west.jdbcUrl(), west.username(), west.password(), filled))
                        .build(),
                List.of(east, west));
        Eventually.eventually(
                Duration.ofSeconds(20),
                "the pool is filled",
                () -> bank.xa.pool("west").open() == 6);
        west.restart();
        for (int i = 0; i < 8; i++) {
            transfer();
        }
        assertThat(bank.balances()).containsExactly(920L, 1080L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "autosave=conservative",
                "preferQueryMode=simple",
                "preferQueryMode=extendedForPrepared",
                "preferQueryMode=extendedCacheEverything",
                "prepareThreshold=0",
                "prepareThreshold=1",
                "defaultRowFetchSize=1",
                "logServerErrorDetail=false",
                "options=-c%20default_transaction_isolation=serializable",
                "options=-c%20client_min_messages=error",
                "options=-c%20statement_timeout=5000"
            })
    void noSettingOfTheDriverOrTheSessionBreaksACommit(String setting) throws Exception {
        reopen("?" + setting, "?" + setting);
        transfer();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        bank.transaction().begin();
        assertThatThrownBy(
                        // Swallowed, as applications do.
                        () -> {
                            bank.add("east", -10);
                            bank.add("west", -5000);
                        })
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances().get(0) + bank.balances().get(1)).isEqualTo(2000);
    }

    @Test
    void withAutosaveAFailedStatementAloneIsUndone() throws Exception {
        reopen("?autosave=always", "?autosave=always");
        bank.transaction().begin();
        bank.add("east", -10);
        assertThatThrownBy(() -> bank.add("west", -5000)).isInstanceOf(SQLException.class);
        bank.add("west", 10);
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"readOnly=true", "options=-c%20default_transaction_read_only=on"})
    void aReadOnlyConnectionRefusesToWriteAndLosesNoWriteSilently(String setting) throws Exception {
        reopen("", "?" + setting);
        bank.transaction().begin();
        bank.add("east", -10);
        assertThatThrownBy(() -> bank.add("west", 10)).hasMessageContaining("read-only");
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aCursorReadsPageByPageInsideATransaction() throws Exception {
        bank.transaction().begin();
        bank.add("west", 10);
        try (Connection c = bank.connection("east");
                Statement s = c.createStatement()) {
            s.executeUpdate("update account set balance = balance - 10 where id = 1");
            s.setFetchSize(10);
            int rows = 0;
            try (ResultSet all = s.executeQuery("select g from generate_series(1, 100) g")) {
                while (all.next()) {
                    rows++;
                    if (rows == 50) {
                        bank.add("east", 0);
                    }
                }
            }
            assertThat(rows).isEqualTo(100);
        }
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }
}
