package io.github.postgresxa.node;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Field;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.SqlCommand;
import org.postgresql.core.Tuple;
import org.postgresql.jdbc.AutoSave;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Sends statements of ours over a driver's connection in one round trip and keeps what JDBC hides: each command's tag,
 * and whether the wait for a synchronous standby was cut short. (That warning has the general code 01000 and a
 * translated text; only the name of the server's function that raises it is reliable.)
 *
 * <p>The driver never adds a BEGIN here: a burst whose session has no transaction fails instead of running in a new
 * one. The driver adds no savepoint either, to which it would return: after the first error the server skips the rest
 * of the burst, and its state shows whether COMMIT ran.
 *
 * <p>The text is sent unchanged, as one message of the simple protocol, whatever mode the driver is in. The driver
 * neither parses nor splits it, and the server neither names nor describes its parts. For statements that are sent
 * once, that halves the work on both sides.
 */
final class SimpleQuery {

    private static final int FLAGS = QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
            | QueryExecutor.QUERY_ONESHOT
            | QueryExecutor.QUERY_SUPPRESS_BEGIN
            | QueryExecutor.QUERY_NO_BINARY_TRANSFER;

    private static final String ONE_ROW = "SELECT 1";

    private SimpleQuery() {}

    /**
     * Sends statements and reads the whole answer.
     *
     * @param physical an open connection that no other thread uses at this moment
     * @param sql one or more statements, separated by semicolons, without parameters
     * @return the server's answer; errors are part of it, never thrown. If the driver fails, the connection is closed
     *     and the reply is lost
     */
    static Reply send(PhysicalConnection physical, String sql) {
        Collector collector = new Collector(physical.driver(), sql);
        DriverGuard guard = physical.guard();
        SQLException error = null;
        try {
            guard.refuseIfDestroyed();
            physical.answerLimit().call(collector);
        } catch (SQLException e) {
            error = e;
        } catch (RuntimeException | Error e) {
            error = guard.refusal(e);
        }
        return new Reply(
                collector.tags,
                collector.results,
                collector.standbyMissed,
                error,
                physical.driver().getTransactionState(),
                guard.isClosed());
    }

    private static void execute(BaseConnection connection, String sql, Collector collector) throws SQLException {
        QueryExecutor executor = connection.getQueryExecutor();
        AutoSave autoSave = executor.getAutoSave();
        executor.setAutoSave(AutoSave.NEVER);
        try {
            Query query = executor.wrap(List.of(new NativeQuery(sql, SqlCommand.BLANK)));
            executor.execute(query, null, collector, 0, 0, FLAGS);
        } finally {
            executor.setAutoSave(autoSave);
        }
    }

    /** Rows that become text when they are read. Half of what a burst asks is not. */
    private static final class Rows extends AbstractList<List<@Nullable String>> {

        private final List<Tuple> tuples;
        private @Nullable List<List<@Nullable String>> text;

        Rows(List<Tuple> tuples) {
            this.tuples = tuples;
        }

        @Override
        public List<@Nullable String> get(int row) {
            List<List<@Nullable String>> known = text;
            if (known == null) {
                known = read();
                text = known;
            }
            return known.get(row);
        }

        private List<List<@Nullable String>> read() {
            List<List<@Nullable String>> rows = new ArrayList<>(tuples.size());
            for (Tuple tuple : tuples) {
                List<@Nullable String> row = new ArrayList<>(tuple.fieldCount());
                for (int i = 0; i < tuple.fieldCount(); i++) {
                    byte[] value = tuple.get(i);
                    row.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
                }
                rows.add(row);
            }
            return rows;
        }

        @Override
        public int size() {
            return tuples.size();
        }
    }

    /** The call of the driver, and what it hears from the server. */
    private static final class Collector extends ResultHandlerBase implements DriverGuard.Call<Object, SQLException> {

        private final BaseConnection driver;
        private final String sql;
        private final List<String> tags = new ArrayList<>(8);
        private final List<Reply.Result> results = new ArrayList<>(2);
        private @Nullable SQLWarning standbyMissed;

        Collector(BaseConnection driver, String sql) {
            this.driver = driver;
            this.sql = sql;
        }

        @Override
        public @Nullable Object run() throws SQLException {
            execute(driver, sql, this);
            return null;
        }

        @Override
        public void handleCommandStatus(String status, long updateCount, long insertOID) {
            tags.add(status);
        }

        @Override
        public void handleResultRows(
                Query fromQuery, Field[] fields, List<Tuple> tuples, @Nullable ResultCursor cursor) {
            results.add(new Reply.Result(tags.size(), new Rows(tuples)));
            tags.add(tuples.size() == 1 ? ONE_ROW : "SELECT " + tuples.size());
        }

        @Override
        public void handleWarning(SQLWarning notice) {
            ServerErrorMessage message = notice instanceof PSQLWarning w ? w.getServerErrorMessage() : null;
            if (message != null && "SyncRepWaitForLSN".equals(message.getRoutine())) {
                standbyMissed = notice;
            }
        }
    }
}
