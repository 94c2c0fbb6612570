package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.util.PSQLException;

/**
 * A caller that gets no connection reads which node it was, what happened and what to do. This holds in a
 * transaction and outside. The text contains no secret.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class FirstContactIT {

    private static final String SECRET = "correct-horse";

    private static final PoolSettings SMALL = new PoolSettings(
            1, 0, Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(30));

    private PostgresNode east;
    private PostgresNode west;

    @BeforeAll
    void rules(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        assumeTrue(west.dataDirectory().isPresent(), "pg_hba.conf is a file of this machine: embedded nodes only");
        Path file = west.dataDirectory().orElseThrow().resolve("pg_hba.conf");
        Files.writeString(
                file,
                "host all locked all scram-sha-256\nhost all barred all reject\nhostssl all ciphered all trust\n"
                        + "hostnossl all ciphered all reject\n"
                        + Files.readString(file));
        west.execute(
                "set password_encryption = 'scram-sha-256'; create role locked login password 'right'",
                "create role barred login",
                "create role ciphered login",
                "create role crowded login connection limit 0",
                "create role outsider login",
                "create database closed",
                "revoke connect on database closed from public",
                "select pg_reload_conf()");
        Bank.createAccounts(east, west);
    }

    /** What is wrong with west: the SQLSTATE that it has everywhere, and words of what happened and of what to do. */
    enum Wrong {
        UNKNOWN_ROLE("28000", "role \"stranger\" does not exist", "username of the node"),
        WRONG_PASSWORD("28P01", "password authentication failed", "username and password of the node"),
        NO_PASSWORD("08004", "no password was provided", "password of the node"),
        UNKNOWN_DATABASE("3D000", "database \"nowhere\" does not exist", "database in the url"),
        NO_RIGHT_TO_CONNECT("42501", "permission denied for database", "Grant CONNECT"),
        REJECTED_BY_RULE("28000", "pg_hba.conf rejects connection", "pg_hba.conf"),
        TLS_NOT_OFFERED("08004", "does not support SSL", "sslmode"),
        TLS_WANTED("28000", "no encryption", "pg_hba.conf"),
        DATABASE_THAT_QUOTES_THE_NODE("3D000", "database \"'west'\" does not exist", "database in the url"),
        TOO_MANY("53300", "too many connections for role", "pool.max-size"),
        REFUSED("08001", "ConnectException: Connection refused", "server is running"),
        UNKNOWN_HOST("08001", "UnknownHostException: no-such-host.invalid", "name service"),
        SILENT("08001", "timed out", "loginTimeout");

        private final String state;
        private final String happened;
        private final String advice;

        Wrong(String state, String happened, String advice) {
            this.state = state;
            this.happened = happened;
            this.advice = advice;
        }

        NodeSettings on(PostgresNode west) {
            String url = west.jdbcUrl();
            return switch (this) {
                case UNKNOWN_ROLE -> with(url, "stranger", SECRET);
                case WRONG_PASSWORD -> with(url, "locked", SECRET);
                case NO_PASSWORD -> with(url, "locked", null);
                case UNKNOWN_DATABASE -> with(url.replaceFirst("/[^/]+$", "/nowhere"), west.username(), SECRET);
                case NO_RIGHT_TO_CONNECT -> with(url.replaceFirst("/[^/]+$", "/closed"), "outsider", SECRET);
                case REJECTED_BY_RULE -> with(url, "barred", SECRET);
                case TLS_NOT_OFFERED -> with(url + "?sslmode=require", west.username(), SECRET);
                case TLS_WANTED -> with(url + "?sslmode=disable", "ciphered", SECRET);
                case TOO_MANY -> with(url, "crowded", SECRET);
                case REFUSED -> with(url.replaceFirst(":\\d+/", ":1/"), west.username(), SECRET);
                case UNKNOWN_HOST ->
                    with(url.replaceFirst("//[^:]+:", "//no-such-host.invalid:") + "?password=" + SECRET, "bank", null);
                case DATABASE_THAT_QUOTES_THE_NODE ->
                    with(url.replaceFirst("/[^/]+$", "/'west'"), west.username(), SECRET);
                case SILENT -> with(url + "?loginTimeout=1", west.username(), SECRET);
            };
        }

        private static NodeSettings with(String url, String username, @Nullable String password) {
            return new NodeSettings("west", url, username, password, SMALL);
        }
    }

    private PostgresXa open(NodeSettings settings) {
        return PostgresXa.builder()
                .home("first-used")
                .name("bank")
                .recovery(new RecoverySettings(false, Duration.ofMinutes(5), Duration.ofMinutes(5)))
                .node(east.name(), east.jdbcUrl(), east.username(), east.password())
                .node(settings)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void aNodeThatGivesNoConnectionSaysWhyAndWhatToDo(Wrong wrong) throws Exception {
        try (PostgresXa xa = open(wrong.on(west))) {
            if (wrong == Wrong.SILENT) {
                west.pause();
            }
            says(wrong, () -> xa.dataSource("west").getConnection());
            xa.userTransaction().begin();
            says(wrong, () -> xa.dataSource("west").getConnection());
            xa.userTransaction().rollback();
            if (wrong != Wrong.SILENT) {
                Eventually.eventually(Duration.ofSeconds(30), "recovery, the log and the health say the same", () -> {
                    xa.recoverNow();
                    String problem = String.valueOf(xa.nodes().get(1).problem());
                    return problem.contains("no connection to " + place(wrong.on(west)))
                            && problem.contains(wrong.happened)
                            && problem.contains(wrong.advice)
                            && !problem.contains(SECRET);
                });
            }
        } finally {
            west.resume();
        }
    }

    /** {@return host, port and database} */
    private static String place(NodeSettings settings) {
        return settings.address().replace("jdbc:postgresql://", "");
    }

    private void says(Wrong wrong, ThrowingCallable asking) {
        Throwable told = catchThrowable(asking);
        assertThat(told)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("node 'west' gives no connection (" + place(wrong.on(west)) + ")")
                .hasMessageContaining(wrong.happened)
                .hasMessageContaining(wrong.advice)
                .hasCauseInstanceOf(PSQLException.class);
        assertThat(((SQLException) told).getSQLState()).isEqualTo(wrong.state);
        StringWriter all = new StringWriter();
        told.printStackTrace(new PrintWriter(all));
        assertThat(all.toString()).doesNotContain(SECRET);
        assertThat(told.getMessage()).doesNotContain("\n").hasSizeLessThan(500);
    }

    @Test
    void anExhaustedPoolNamesItsLimits() throws Exception {
        try (PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL));
                Connection held = xa.dataSource("west").getConnection()) {
            assertThat(held.isValid(1)).isTrue();
            xa.userTransaction().begin();
            assertThatThrownBy(() -> xa.dataSource("west").getConnection())
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("node 'west'")
                    .hasMessageContaining(
                            "none of its 1 (pool.max-size) became free within 300 ms (pool.acquisition-timeout)")
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08001"));
            xa.userTransaction().rollback();
            assertThatThrownBy(() -> xa.dataSource("west").getConnection())
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("pool.max-size");
        }
    }

    @Test
    void aClosedPoolSaysThatItIsClosed() throws Exception {
        PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL));
        xa.dataSource("west").getConnection().close();
        xa.close();
        // The first node was in use, the second was not.
        for (String node : List.of("east", "west")) {
            assertThatThrownBy(() -> xa.dataSource(node).getConnection())
                    .isInstanceOf(SQLNonTransientConnectionException.class)
                    .hasMessageContaining("node '" + node + "'")
                    .hasMessageContaining("closed")
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("08003"));
        }
    }

    @Test
    void aDrainingNodeSaysWhereTheWorkCanGo() throws Exception {
        try (PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL))) {
            xa.drain(Duration.ZERO);
            for (boolean inside : new boolean[] {false, true}) {
                if (inside) {
                    xa.userTransaction().begin();
                }
                assertThatThrownBy(() -> xa.dataSource("west").getConnection())
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("node 'west' gives no connection")
                        .hasMessageContaining("shutting down")
                        .hasMessageContaining("another instance")
                        .satisfies(e ->
                                assertThat(((SQLException) e).getSQLState()).isEqualTo("57P03"));
            }
            xa.userTransaction().rollback();
            xa.resume();
            xa.dataSource("west").getConnection().close();
        }
    }

    @Test
    void anotherRoleIsRefusedWithTheNodesName() {
        try (PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL))) {
            assertThatThrownBy(() -> xa.dataSource("west").getConnection("bank", SECRET))
                    .isInstanceOf(SQLFeatureNotSupportedException.class)
                    .hasMessageContaining("node 'west'");
        }
    }

    /** As persistence without JTA does, and whoever forgets to take a connection inside each transaction. */
    @Test
    void aConnectionHeldBeyondItsTransactionSaysSo() throws Exception {
        String hint = "a connection held beyond its transaction, for example by an EntityManagerFactory without JTA";
        try (PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL))) {
            xa.userTransaction().begin();
            Connection held = xa.dataSource("west").getConnection();
            Statement statement = held.createStatement();
            ResultSet rows = statement.executeQuery("select 1");
            xa.userTransaction().commit();
            assertThatThrownBy(held::createStatement).hasMessageContaining(hint);
            assertThatThrownBy(() -> statement.execute("select 1")).hasMessageContaining(hint);
            assertThatThrownBy(rows::next).hasMessageContaining(hint);
            held.close();
        }
    }

    /** Also through a statement that was created before. */
    @Test
    void aConnectionFromBeforeSaysWhatToDo() throws Exception {
        try (PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL));
                Connection before = xa.dataSource("west").getConnection();
                Statement statement = before.createStatement();
                PreparedStatement prepared = before.prepareStatement("update account set balance = 1 where id = 1")) {
            statement.addBatch("update account set balance = 2 where id = 1");
            Map<String, ThrowingCallable> uses = Map.of(
                    "execute",
                    () -> statement.execute("update account set balance = 0 where id = 1"),
                    "executeBatch",
                    statement::executeBatch,
                    "prepared",
                    prepared::executeUpdate,
                    "createStatement",
                    before::createStatement,
                    "prepareStatement",
                    () -> before.prepareStatement("select 1"),
                    "rollback",
                    before::rollback,
                    "setAutoCommit",
                    () -> before.setAutoCommit(false));
            xa.userTransaction().begin();
            uses.forEach((use, call) -> assertThatThrownBy(call)
                    .as(use)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("node 'west'")
                    .hasMessageContaining("taken before the transaction began")
                    .hasMessageContaining("Take the connection inside the transaction")
                    .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("25000")));
            xa.userTransaction().rollback();
            assertThat(before.createStatement().execute("select 1"))
                    .as("outside it works again")
                    .isTrue();
        }
        assertThat(west.queryForLong("select balance from account where id = 1"))
                .isEqualTo(1000);
    }

    /**
     * Applications read constraint names and details: the server's error about a statement stays the driver's own
     * exception.
     */
    @Test
    void anErrorOfAStatementIsTheDriversOwn() throws Exception {
        try (PostgresXa xa = open(new NodeSettings("west", west.jdbcUrl(), west.username(), SECRET, SMALL))) {
            xa.userTransaction().begin();
            try (Connection c = xa.dataSource("west").getConnection();
                    Statement s = c.createStatement()) {
                assertThatThrownBy(() -> s.execute("insert into account values (1, 0)"))
                        .isInstanceOfSatisfying(
                                PSQLException.class,
                                e -> assertThat(e.getServerErrorMessage().getConstraint())
                                        .isEqualTo("account_pkey"));
            }
            xa.userTransaction().rollback();
        }
    }
}
