package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PGobject;

/** No call of any object that an application holds in a transaction reaches the server past the branch. */
@PostgresNodes({"east", "west"})
class HeldObjectsIT {

    private static final byte[] RECEIPT = {1, 2, 3};

    /** Useless to a finished transaction, and harmless: they report what the driver's object knows, or end it. */
    private static final Map<Class<?>, Set<String>> STAYS_IN_THE_DRIVER = Map.of(
            Connection.class,
            Set.of("abort", "close", "isClosed", "isValid"),
            Statement.class,
            Set.of("close", "isClosed", "cancel", "getConnection"),
            ResultSet.class,
            Set.of(
                    "close",
                    "isClosed",
                    "wasNull",
                    "findColumn",
                    "getStatement",
                    "getString",
                    "getBoolean",
                    "getByte",
                    "getShort",
                    "getInt",
                    "getLong",
                    "getFloat",
                    "getDouble",
                    "getBigDecimal",
                    "getBytes",
                    "getDate",
                    "getTime",
                    "getTimestamp"),
            DatabaseMetaData.class,
            Set.of("getConnection", "getDriverMajorVersion", "getDriverMinorVersion"),
            Blob.class,
            Set.of("free"),
            Clob.class,
            Set.of("free"),
            Array.class,
            Set.of("free"));

    private Isolation isolation = Isolation.SERVER_DEFAULT;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        bank = Bank.open(b -> b.characteristics(() -> new TransactionCharacteristics(isolation, false)), east, west);
        east.execute("create table if not exists note (id int primary key, data oid)", "delete from note");
    }

    @AfterEach
    void close() {
        bank.close();
    }

    @Test
    void noCallPassesTheEndOfTheTransaction() throws Exception {
        bank.transaction().begin();
        Map<Class<?>, Object> held = hold(bank.connection("east"));
        String id = bank.xa.currentTransaction().orElseThrow().toString();
        bank.transaction().commit();
        for (Map.Entry<Class<?>, Object> entry : held.entrySet()) {
            Class<?> type = entry.getKey();
            Set<String> passed = new TreeSet<>();
            for (Method method : type.getMethods()) {
                if (!isRefused(entry.getValue(), method, id)) {
                    passed.add(method.getName());
                }
            }
            passed.remove("isWrapperFor");
            assertThat(passed)
                    .as("passes the end of the transaction on a " + type.getSimpleName())
                    .isSubsetOf(allowed(type));
        }
    }

    private static Set<String> allowed(Class<?> type) {
        Set<String> names = new TreeSet<>();
        STAYS_IN_THE_DRIVER.forEach((kind, some) -> {
            if (kind.isAssignableFrom(type)) {
                names.addAll(some);
            }
        });
        return names;
    }

    private static Map<Class<?>, Object> hold(Connection c) throws SQLException {
        PreparedStatement prepared = c.prepareStatement("select balance, 0::oid, 0::oid, '{1}'::int[] from account");
        ResultSet rows = prepared.executeQuery();
        rows.next();
        Map<Class<?>, Object> held = new LinkedHashMap<>();
        held.put(Connection.class, c);
        held.put(Statement.class, c.createStatement());
        held.put(PreparedStatement.class, prepared);
        held.put(CallableStatement.class, c.prepareCall("{? = call lower('A')}"));
        held.put(ResultSet.class, rows);
        held.put(ResultSetMetaData.class, rows.getMetaData());
        held.put(ParameterMetaData.class, prepared.getParameterMetaData());
        held.put(DatabaseMetaData.class, c.getMetaData());
        held.put(Blob.class, rows.getBlob(2));
        held.put(Clob.class, rows.getClob(3));
        held.put(Array.class, rows.getArray(4));
        return held;
    }

    private static boolean isRefused(Object object, Method method, String id) throws IllegalAccessException {
        Object[] arguments =
                Stream.of(method.getParameterTypes()).map(HeldObjectsIT::value).toArray();
        try {
            method.invoke(object, arguments);
            return false;
        } catch (InvocationTargetException e) {
            return e.getCause() instanceof SQLException refusal
                    && String.valueOf(refusal.getMessage()).contains(id);
        }
    }

    private static @Nullable Object value(Class<?> type) {
        if (type == String.class) {
            return "select 1";
        }
        if (type == Class.class) {
            return PGConnection.class;
        }
        return type.isPrimitive() ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0) : null;
    }

    /** The way from a result to its statement leads back to the branch's own statement. */
    @Test
    void theStatementOfAResultRefusesACommit() throws Exception {
        bank.transaction().begin();
        try (Connection c = bank.connection("east")) {
            Statement s = c.createStatement();
            ResultSet rows = s.executeQuery("select 1");
            assertThat(rows.getStatement()).isSameAs(s);
            assertThat(rows.getStatement().getConnection()).isSameAs(c);
            Statement behind =
                    c.getMetaData().getTables(null, null, "account", null).getStatement();
            assertThatThrownBy(() -> behind.execute("commit")).hasMessageContaining("JTA transaction");
        }
        bank.transaction().rollback();
    }

    /** The driver accepts an array, a large object and a savepoint that the application got here. */
    @Test
    void whatTheDriverMadeCanBeGivenBack() throws Exception {
        bank.transaction().begin();
        try (Connection c = bank.connection("east");
                PreparedStatement p = c.prepareStatement("select ?::int[], ?::oid")) {
            Array array = c.createArrayOf("int4", new Integer[] {1, 2});
            ResultSet created = c.createStatement().executeQuery("select lo_from_bytea(0, 'abc')");
            created.next();
            p.setArray(1, array);
            p.setBlob(2, created.getBlob(1));
            ResultSet rows = p.executeQuery();
            rows.next();
            assertThat(rows.getArray(1).toString()).isEqualTo("{1,2}");
            assertThat((Object[]) rows.getArray(1).getArray()).containsExactly(1, 2);
            assertThat(rows.getBlob(2).getBinaryStream().readAllBytes()).hasSize(3);
        } finally {
            bank.transaction().rollback();
        }
    }

    @ParameterizedTest
    @EnumSource(FirstWork.class)
    void theFirstWorkOnABranchHasTheLevelThatWasAskedFor(FirstWork work) throws Exception {
        isolation = Isolation.SERIALIZABLE;
        bank.transaction().begin();
        try (Connection c = bank.connection("east")) {
            work.on(c);
            try (Statement s = c.createStatement();
                    ResultSet level = s.executeQuery("show transaction_isolation")) {
                level.next();
                assertThat(level.getString(1)).isEqualTo("serializable");
            }
        } finally {
            bank.transaction().rollback();
        }
    }

    private enum FirstWork {
        A_STREAM_AS_A_LARGE_OBJECT {
            @Override
            void on(Connection c) throws Exception {
                insert(c).setBlob(1, new ByteArrayInputStream(RECEIPT), RECEIPT.length);
            }
        },
        AN_OBJECT_AS_A_LARGE_OBJECT {
            @Override
            void on(Connection c) throws Exception {
                insert(c).setObject(1, new ByteArrayInputStream(RECEIPT), Types.BLOB);
            }
        },
        A_LARGE_OBJECT {
            @Override
            void on(Connection c) throws Exception {
                insert(c).setBlob(1, new SerialBlob(RECEIPT));
            }
        },
        A_CHARACTER_LARGE_OBJECT {
            @Override
            void on(Connection c) throws Exception {
                insert(c).setObject(1, new SerialClob("receipt".toCharArray()));
            }
        },
        A_TYPE_OF_THE_DATABASE {
            @Override
            void on(Connection c) throws Exception {
                PGobject account = new PGobject();
                account.setType("account");
                account.setValue("(1,2)");
                insert(c).setObject(1, account);
            }
        },
        COPY {
            @Override
            void on(Connection c) throws Exception {
                c.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("copy account from stdin", new ByteArrayInputStream(new byte[0]));
            }
        },
        LARGE_OBJECT_MANAGER {
            @Override
            void on(Connection c) throws Exception {
                c.unwrap(PGConnection.class).getLargeObjectAPI().createLO();
            }
        },
        THE_DRIVERS_CONNECTION {
            @Override
            void on(Connection c) throws Exception {
                c.unwrap(BaseConnection.class).execSQLUpdate("set local work_mem = '4MB'");
            }
        },
        METADATA {
            @Override
            void on(Connection c) throws Exception {
                c.getMetaData().getTables(null, null, "account", null).next();
            }
        };

        private static PreparedStatement insert(Connection c) throws SQLException {
            return c.prepareStatement("insert into note values (1, ?)");
        }

        abstract void on(Connection c) throws Exception;
    }

    /** Each of two transactions sees the other's account as it was, and takes what only both together hold. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serializableForbidsAWriteSkew(boolean receipt, PostgresNode east) throws Exception {
        isolation = Isolation.SERIALIZABLE;
        east.execute("insert into account values (2, 1000) on conflict (id) do update set balance = 1000");
        TransactionManager manager = bank.xa.transactionManager();
        Transaction[] both = new Transaction[2];
        for (int i = 0; i < both.length; i++) {
            manager.begin();
            try (Connection c = bank.connection("east")) {
                if (receipt) {
                    PreparedStatement note = c.prepareStatement("insert into note values (?, ?)");
                    note.setInt(1, i);
                    note.setBlob(2, new ByteArrayInputStream(RECEIPT));
                    note.executeUpdate();
                }
                Statement s = c.createStatement();
                ResultSet sum = s.executeQuery("select sum(balance) from account where id in (1, 2)");
                sum.next();
                assertThat(sum.getLong(1)).isEqualTo(2000);
                s.executeUpdate("update account set balance = balance - 900 where id = " + (i + 1));
            }
            both[i] = manager.suspend();
        }
        Throwable[] failed = new Throwable[2];
        for (int i = 0; i < both.length; i++) {
            manager.resume(both[i]);
            failed[i] = catchThrowable(manager::commit);
        }
        assertThat(failed).filteredOn(Objects::nonNull).hasSize(1);
        assertThat(east.queryForLong("select sum(balance) from account where id in (1, 2)"))
                .isEqualTo(1100);
    }
}
