package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/**
 * Objects that an application keeps of a connection neither read nor write in the next use of its session. The pool
 * has one connection.
 */
@PostgresNodes("east")
@TestInstance(Lifecycle.PER_CLASS)
class KeptObjectsIT {

    private static final String DATA = "select data from note where id = 1";

    private PostgresNode east;
    private Bank bank;

    /** What is kept, and what is done with it afterwards. */
    private interface Step<A, B> {
        B run(A given) throws Exception;
    }

    private static <T> void add(List<Arguments> all, String what, Step<Connection, T> keep, Step<T, Object> use) {
        all.add(Arguments.argumentSet(what, keep, use));
    }

    static Stream<Arguments> kinds() {
        List<Arguments> all = new ArrayList<>();
        Step<Connection, Connection> ofMetaData = c -> c.getMetaData().getConnection();
        Step<Connection, Connection> ofRows = KeptObjectsIT::connectionOfRows;
        Step<Connection, Connection> unwrapped = c -> c.unwrap(Connection.class);
        connection(all, "connection of metadata", ofMetaData);
        connection(all, "connection of a statement", ofRows);
        connection(all, "connection unwrapped", unwrapped);
        connection(all, "the driver's own connection", c -> c.unwrap(BaseConnection.class));
        add(
                all,
                "statement",
                c -> ofRows.run(c).createStatement(),
                s -> s.executeUpdate("update account set balance = 0"));
        add(all, "statement's batch", c -> batch(ofRows.run(c)), Statement::executeBatch);
        add(
                all,
                "prepared statement",
                c -> ofRows.run(c).prepareStatement("update account set balance = 0"),
                PreparedStatement::executeUpdate);
        add(
                all,
                "function call",
                c -> ofRows.run(c).prepareCall("{call set_config('search_path', 'tenant', false)}"),
                PreparedStatement::execute);
        add(all, "rows", KeptObjectsIT::rows, KeptObjectsIT::updateRow);
        add(all, "rows not fetched", KeptObjectsIT::cursor, r -> {
            while (r.next()) {
                assertThat(r.getInt(1)).isLessThanOrEqualTo(3);
            }
            return r;
        });
        add(all, "metadata", Connection::getMetaData, m -> m.getTables(null, null, "account", null));
        add(all, "blob read", KeptObjectsIT::blob, b -> b.getBytes(1, 3));
        add(all, "blob written", KeptObjectsIT::blob, b -> b.setBytes(1, bytes("new")));
        add(all, "blob cut", KeptObjectsIT::blob, b -> {
            b.truncate(1);
            return b;
        });
        add(all, "blob's stream read", c -> blob(c).getBinaryStream(), InputStream::readAllBytes);
        add(all, "blob's stream written", c -> blob(c).setBinaryStream(1), s -> written(s));
        add(all, "clob read", KeptObjectsIT::clob, c -> c.getSubString(1, 3));
        add(all, "clob's reader", c -> clob(c).getCharacterStream(), Reader::read);
        add(all, "array's rows", KeptObjectsIT::array, Array::getResultSet);
        add(all, "large object", KeptObjectsIT::largeObject, o -> {
            o.write(bytes("new"));
            return o;
        });
        add(all, "large objects", c -> c.unwrap(PGConnection.class).getLargeObjectAPI(), LargeObjectManager::createLO);
        add(
                all,
                "copy",
                c -> c.unwrap(PGConnection.class).getCopyAPI(),
                (CopyManager m) -> m.copyIn("copy account from stdin", new StringReader("7\t7\n")));
        return all.stream();
    }

    private static void connection(List<Arguments> all, String what, Step<Connection, Connection> keep) {
        add(all, what + ": setSchema", keep, c -> {
            c.setSchema("tenant");
            return c;
        });
        add(all, what + ": setTransactionIsolation", keep, c -> {
            c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            return c;
        });
        add(all, what + ": setAutoCommit", keep, c -> {
            c.setAutoCommit(false);
            return c;
        });
        add(all, what + ": rollback", keep, c -> {
            c.rollback();
            return c;
        });
        add(all, what + ": a statement", keep, c -> {
            try (Statement s = c.createStatement()) {
                return s.executeUpdate("update account set balance = 0");
            }
        });
        add(all, what + ": setClientInfo", keep, c -> {
            c.setClientInfo("ApplicationName", "mine");
            return c;
        });
    }

    private static Statement batch(Connection c) throws SQLException {
        Statement s = c.createStatement();
        s.addBatch("update account set balance = 0");
        return s;
    }

    /** Its connection bypasses the handle and the pool's own wrapper. */
    private static Connection connectionOfRows(Connection c) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select 1")) {
            return r.getStatement().getConnection();
        }
    }

    private static ResultSet rows(Connection c) throws SQLException {
        Statement s =
                connectionOfRows(c).createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = s.executeQuery("select id, balance from account");
        rows.next();
        return rows;
    }

    private static Object updateRow(ResultSet rows) throws SQLException {
        rows.updateLong("balance", 0);
        rows.updateRow();
        return rows;
    }

    private static ResultSet cursor(Connection c) throws SQLException {
        Statement s = connectionOfRows(c).createStatement();
        s.setFetchSize(1);
        ResultSet rows = s.executeQuery("select generate_series(1, 3)");
        rows.next();
        return rows;
    }

    private static ResultSet data(Connection c) throws SQLException {
        ResultSet rows = connectionOfRows(c).createStatement().executeQuery(DATA);
        rows.next();
        return rows;
    }

    private static Blob blob(Connection c) throws SQLException {
        Blob blob = data(c).getBlob(1);
        assertThat(blob.length()).isEqualTo(3);
        return blob;
    }

    private static Clob clob(Connection c) throws SQLException {
        Clob clob = data(c).getClob(1);
        assertThat(clob.length()).isEqualTo(3);
        return clob;
    }

    private static Array array(Connection c) throws SQLException {
        ResultSet rows = connectionOfRows(c).createStatement().executeQuery("select array[row(1, 2)::pair]");
        rows.next();
        return rows.getArray(1);
    }

    private static LargeObject largeObject(Connection c) throws SQLException {
        long oid = data(c).getLong(1);
        return c.unwrap(PGConnection.class).getLargeObjectAPI().open(oid);
    }

    private static Object written(OutputStream stream) throws Exception {
        stream.write(bytes("new"));
        stream.close();
        return stream;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeAll
    void open(PostgresNode east) {
        this.east = east;
        Bank.createAccounts(east);
        east.execute(
                "create schema tenant",
                "create type pair as (a int, b int)",
                "create table note (id int primary key, data oid)");
        PoolSettings pool = PoolSettings.DEFAULT.withMaxSize(1);
        NodeSettings node = new NodeSettings("east", east.jdbcUrl(), east.username(), east.password(), pool);
        bank = Bank.over(PostgresXa.builder().name("bank").node(node).build(), List.of(east));
    }

    @BeforeEach
    void fill() {
        east.execute(
                "update account set balance = 1000 where id = 1",
                "delete from note",
                "insert into note values (1, lo_from_bytea(0, 'old'))");
    }

    @AfterAll
    void close() {
        bank.close();
    }

    private <T> T keep(Step<Connection, T> keep) throws Exception {
        bank.transaction().begin();
        try (Connection c = bank.connection("east")) {
            return keep.run(c);
        } finally {
            bank.transaction().rollback();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isRefusedBesideTheNextTransaction(Step<Connection, Object> keep, Step<Object, Object> use) throws Exception {
        isRefusedBesideANewTransaction(keep(keep), use);
    }

    private void isRefusedBesideANewTransaction(Object kept, Step<Object, Object> use) throws Exception {
        bank.transaction().begin();
        bank.add("east", 1);
        Throwable refusal = CompletableFuture.supplyAsync(() -> catchThrowable(() -> use.run(kept)))
                .get(10, TimeUnit.SECONDS);
        try (Connection c = bank.connection("east")) {
            assertThatNothingReachedIt(c);
        }
        bank.transaction().commit();
        assertThat(refusal).isInstanceOfAny(SQLException.class, IOException.class);
        assertThatNothingIsWritten();
    }

    /** No branch fences it: the session counts its uses. */
    @ParameterizedTest
    @MethodSource("kinds")
    void ofAUseOutsideOfATransactionIsRefusedBesideTheNextOne(Step<Connection, Object> keep, Step<Object, Object> use)
            throws Exception {
        Object kept;
        try (Connection c = bank.connection("east")) {
            c.setAutoCommit(false);
            kept = keep.run(c);
            c.rollback();
        }
        isRefusedBesideANewTransaction(kept, use);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isRefusedWhileTheConnectionIsInThePool(Step<Connection, Object> keep, Step<Object, Object> use)
            throws Exception {
        Object kept = keep(keep);
        Throwable refusal = catchThrowable(() -> use.run(kept));
        bank.transaction().begin();
        bank.add("east", 1);
        try (Connection c = bank.connection("east")) {
            assertThatNothingReachedIt(c);
        }
        bank.transaction().commit();
        assertThat(refusal).isInstanceOfAny(SQLException.class, IOException.class);
        assertThatNothingIsWritten();
    }

    private static void assertThatNothingReachedIt(Connection c) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("select current_setting('search_path'),"
                        + " current_setting('transaction_isolation'), current_setting('application_name')")) {
            r.next();
            assertThat(List.of(r.getString(1), r.getString(2), r.getString(3)))
                    .containsExactly("\"$user\", public", "read committed", "postgres-xa bank");
        }
    }

    private void assertThatNothingIsWritten() throws SQLException {
        assertThat(bank.balances()).containsExactly(1001L);
        assertThat(east.queryForString("select convert_from(lo_get(data), 'utf8') from note"))
                .isEqualTo("old");
    }

    @Test
    void aRefusalSaysWhatHappened() throws Exception {
        Blob blob = keep(KeptObjectsIT::blob);
        assertThatThrownBy(() -> blob.getBytes(1, 1))
                .isInstanceOf(SQLException.class)
                .hasMessageMatching("transaction .* was rolled back");
    }

    /** Closing it sends the server a number that belongs to the next user by then. */
    @Test
    void toFreeOrCloseItIsNoErrorAndReachesNothing() throws Exception {
        Blob blob = keep(KeptObjectsIT::blob);
        InputStream stream = keep(c -> blob(c).getBinaryStream());
        ResultSet rows = keep(KeptObjectsIT::rows);
        Connection connection = keep(KeptObjectsIT::connectionOfRows);
        bank.transaction().begin();
        try (Connection c = bank.connection("east");
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(DATA)) {
            r.next();
            Blob own = r.getBlob(1);
            assertThat(own.length()).isEqualTo(3);
            blob.free();
            stream.close();
            rows.close();
            connection.abort(Runnable::run);
            connection.close();
            assertThat(rows.isClosed()).isTrue();
            assertThat(connection.isClosed()).isTrue();
            assertThat(connection.isValid(1)).isFalse();
            assertThat(own.getBytes(1, 3)).isEqualTo(bytes("old"));
        }
        bank.transaction().commit();
    }

    /** The driver would read it over its own connection, which belongs to the next user by then. */
    @Test
    void asAParameterItIsRefused() throws Exception {
        Blob blob = keep(KeptObjectsIT::blob);
        bank.transaction().begin();
        try (Connection c = bank.connection("east");
                PreparedStatement p = c.prepareStatement("insert into note values (2, ?)")) {
            assertThatThrownBy(() -> p.setBlob(1, blob)).isInstanceOf(SQLException.class);
        } finally {
            bank.transaction().rollback();
        }
    }

    /** All its data is in memory: it uses no connection. */
    @Test
    void aDocumentStaysReadable() throws Exception {
        SQLXML document = keep(c -> {
            SQLXML made = c.createSQLXML();
            made.setString("<a/>");
            return made;
        });
        assertThat(document.getString()).isEqualTo("<a/>");
    }

    @Test
    void withinOneUseEverythingWorks() throws Exception {
        bank.transaction().begin();
        try (Connection c = bank.connection("east")) {
            Connection below = connectionOfRows(c);
            DatabaseMetaData metaData = below.getMetaData();
            assertThat(metaData.getConnection()).isEqualTo(below);
            assertThat(new String(blob(below).getBinaryStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("old");
            assertThat(clob(below).getCharacterStream().read()).isEqualTo('o');
            written(blob(below).setBinaryStream(1));
            assertThat(array(below).getResultSet().next()).isTrue();
        }
        bank.transaction().commit();
        assertThat(east.queryForString("select convert_from(lo_get(data), 'utf8') from note"))
                .isEqualTo("new");
    }
}
