package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.AutoSave;

/** The next user of a connection finds nothing of what its predecessor has set. The pool has one connection. */
@PostgresNodes("east")
class ReturnedConnectionIT {

    /** All that SQL can report about a session, in one row. */
    private static final String SESSION = """
            select pg_backend_pid(), current_setting('search_path'), current_setting('application_name'),
                   current_setting('default_transaction_isolation'), current_setting('default_transaction_read_only'),
                   current_setting('work_mem'), \
            (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()),
                   (select count(*) from pg_listening_channels()), to_regclass('pg_temp.scratch'), current_user,
                   (select count(*) from pg_prepared_statements where name = 'mine'), \
            (select count(*) from pg_cursors where is_holdable)
            """;

    /** The index of the first column within the result. */
    private static final int PID = 7;

    private static final String OF_THE_DRIVER = " of the driver's own object";

    private PostgresNode east;
    private Bank bank;

    /** A connection whose driver object was unwrapped is not handed out again. */
    private boolean lookAtTheDriver;

    private interface Setting {
        void set(Connection connection) throws SQLException;
    }

    static Stream<Arguments> settings() {
        Map<String, Setting> settings = new TreeMap<>();
        settings.put("setSchema", c -> c.setSchema("tenant"));
        settings.put("setClientInfo", c -> c.setClientInfo("ApplicationName", "it's mine"));
        settings.put("setClientInfo of all", c -> {
            Properties info = new Properties();
            info.setProperty("ApplicationName", "mine");
            c.setClientInfo(info);
        });
        settings.put("setHoldability", c -> c.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT));
        settings.put("setReadOnly", c -> c.setReadOnly(true));
        settings.put("setTransactionIsolation", c -> c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
        settings.put("setNetworkTimeout", c -> c.setNetworkTimeout(Runnable::run, 5_000));
        settings.put("setTypeMap", c -> c.setTypeMap(new HashMap<>(Map.of("t", String.class))));
        settings.put(
                "setAutosave" + OF_THE_DRIVER, c -> c.unwrap(PGConnection.class).setAutosave(AutoSave.ALWAYS));
        settings.put(
                "setPrepareThreshold" + OF_THE_DRIVER,
                c -> c.unwrap(PGConnection.class).setPrepareThreshold(1));
        settings.put(
                "setDefaultFetchSize" + OF_THE_DRIVER,
                c -> c.unwrap(PGConnection.class).setDefaultFetchSize(3));
        settings.put(
                "setAdaptiveFetch" + OF_THE_DRIVER,
                c -> c.unwrap(PGConnection.class).setAdaptiveFetch(true));
        settings.put(
                "setQueryTimeout" + OF_THE_DRIVER,
                c -> c.unwrap(PGConnection.class).setQueryTimeout(3));
        settings.put("setSchema of the wrapper", c -> c.unwrap(Connection.class).setSchema("tenant"));
        settings.put(
                "setSchema" + OF_THE_DRIVER, c -> c.unwrap(BaseConnection.class).setSchema("tenant"));
        settings.put("a warning", c -> {
            try (Statement s = c.createStatement()) {
                s.execute("do $$ begin raise warning 'mine'; end $$");
            }
        });
        settings.put("setAutoCommit", c -> c.setAutoCommit(false));
        return settings.entrySet().stream()
                .map(e -> Arguments.argumentSet(
                        e.getKey(), e.getValue(), e.getKey().endsWith(OF_THE_DRIVER)));
    }

    @BeforeEach
    void open(PostgresNode east) {
        this.east = east;
        Bank.createAccounts(east);
        east.execute("create schema if not exists tenant");
        bank = open(east.jdbcUrl(), false);
    }

    private Bank open(String url, boolean discardAll) {
        PoolSettings pool = PoolSettings.DEFAULT.withMaxSize(1).withDiscardAll(discardAll);
        NodeSettings node = new NodeSettings("east", url, east.username(), east.password(), pool);
        return Bank.over(PostgresXa.builder().name("bank").node(node).build(), List.of(east));
    }

    @AfterEach
    void close() {
        bank.close();
    }

    /** All that the next user can find on the connection, with the number of its backend. */
    private List<Object> found() throws SQLException {
        List<Object> found = new ArrayList<>();
        try (Connection c = bank.connection("east");
                Statement s = c.createStatement()) {
            found.add(c.getAutoCommit());
            found.add(c.isReadOnly());
            found.add(c.getHoldability());
            found.add(c.getNetworkTimeout());
            found.add(c.getTransactionIsolation());
            found.add(Map.copyOf(c.getTypeMap()));
            found.add(c.getWarnings() == null);
            if (lookAtTheDriver) {
                PGConnection driver = c.unwrap(PGConnection.class);
                found.add(driver.getAutosave());
                found.add(driver.getPrepareThreshold());
                found.add(driver.getDefaultFetchSize());
                found.add(driver.getAdaptiveFetch());
                found.add(driver.getQueryTimeout());
            }
            try (ResultSet session = s.executeQuery(SESSION)) {
                session.next();
                // A connection whose driver object was unwrapped is closed, so the next one has another pid.
                int first = lookAtTheDriver ? 2 : 1;
                for (int i = first; i <= session.getMetaData().getColumnCount(); i++) {
                    found.add(String.valueOf(session.getString(i)));
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void outsideOfATransactionIsPutBack(Setting setting, boolean driver) throws Exception {
        lookAtTheDriver = driver;
        List<Object> before = found();
        try (Connection c = bank.connection("east")) {
            setting.set(c);
        }
        assertThat(found()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void insideATransactionIsPutBack(Setting setting, boolean driver) throws Exception {
        lookAtTheDriver = driver;
        List<Object> before = found();
        bank.transaction().begin();
        try (Connection c = bank.connection("east")) {
            setting.set(c);
        }
        if (bank.xa.currentTransaction().isPresent()) {
            bank.transaction().commit();
        }
        assertThat(found()).isEqualTo(before);
    }

    @Test
    void whatTheUrlSaysStaysAlsoAfterTheApplicationHasSetAnotherValue() throws Exception {
        bank.close();
        lookAtTheDriver = true;
        String url = east.jdbcUrl() + (east.jdbcUrl().contains("?") ? "&" : "?");
        bank = open(
                url + "socketTimeout=7&readOnly=true&readOnlyMode=always&currentSchema=tenant&defaultRowFetchSize=9",
                false);
        List<Object> before = found();
        try (Connection c = bank.connection("east")) {
            c.setReadOnly(false);
            c.setNetworkTimeout(Runnable::run, 3_000);
            c.setSchema("public");
            c.unwrap(PGConnection.class).setDefaultFetchSize(1);
        }
        assertThat(found()).isEqualTo(before);
        assertThat(before).contains(7_000, 9, "tenant", "on");
    }

    /** The next user's work would be in that transaction, and lost with it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTransactionThatIsBegunOnItAfterItCameBackIsNobodyElses(boolean driver) throws Exception {
        Connection kept;
        try (Connection c = bank.connection("east")) {
            kept = driver ? c.unwrap(BaseConnection.class) : c.getMetaData().getConnection();
        }
        assertThatThrownBy(() -> kept.setAutoCommit(false)).isInstanceOf(SQLException.class);
        assertThatThrownBy(kept::createStatement).isInstanceOf(SQLException.class);
        bank.add("east", 1);
        assertThat(bank.balances()).containsExactly(1001L);
    }

    /** Objects that are kept of it do not notice the end of a use. */
    @Test
    void oneWhoseDriversObjectWasUnwrappedIsClosed() throws Exception {
        List<Object> before = found();
        try (Connection c = bank.connection("east")) {
            c.unwrap(PGConnection.class).setPrepareThreshold(1);
        }
        List<Object> after = found();
        assertThat(after.subList(0, PID)).isEqualTo(before.subList(0, PID));
        assertThat(after.get(PID)).isNotEqualTo(before.get(PID));
    }

    @Test
    void whatSqlCanLeaveIsDiscardedWhereThatIsAskedFor() throws Exception {
        bank.close();
        bank = open(east.jdbcUrl(), true);
        List<Object> before = found();
        try (Connection c = bank.connection("east");
                Statement s = c.createStatement()) {
            s.execute("set work_mem = '9MB'");
            s.execute("set search_path = tenant");
            s.execute("set application_name = 'mine'");
            s.execute("select pg_advisory_lock(7)");
            s.execute("listen mine");
            s.execute("create temporary table scratch (id int)");
            s.execute("prepare mine as select 1");
            s.execute("declare held cursor with hold for select 1");
        }
        assertThat(found()).isEqualTo(before);
    }

    @Test
    void statementsThatTheServerPreparedWorkAfterTheyWereDiscarded() throws Exception {
        bank.close();
        bank = open(east.jdbcUrl(), true);
        for (int i = 0; i < 20; i++) {
            try (Connection c = bank.connection("east");
                    PreparedStatement p = c.prepareStatement("select balance from account where id = ?")) {
                for (int j = 0; j < 6; j++) {
                    p.setInt(1, 1);
                    try (ResultSet rows = p.executeQuery()) {
                        assertThat(rows.next()).isTrue();
                    }
                }
            }
        }
    }
}
