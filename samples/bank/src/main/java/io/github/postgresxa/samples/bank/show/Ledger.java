package io.github.postgresxa.samples.bank.show;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads one node's books on a separate thread and connection, so that a frozen node delays nothing else. */
final class Ledger implements AutoCloseable {

    private static final String MONEY = "select count(*), coalesce(sum(balance), 0) from account";

    private static final String PREPARED = """
            select split_part(gid, '/', 3), extract(epoch from clock_timestamp() - prepared)
            from pg_prepared_xacts
            where gid like 'pgxa/%' and database = current_database()
            order by prepared
            """;

    /** One statement, and therefore one snapshot. */
    private static final String BOOKS = """
            select transfer_id::text, amount from ledger where at > now() - interval '1 hour'
            union all
            select '', sum(balance) from account
            """;

    /** Opens connections. */
    @FunctionalInterface
    interface Source {
        Connection connect() throws SQLException;
    }

    private final String node;
    private final Source source;
    private final ExecutorService thread;
    private @Nullable Connection connection;
    private @Nullable CompletableFuture<?> atWork;

    Ledger(String node, Source source) {
        this.node = node;
        this.source = source;
        this.thread = Executors.newSingleThreadExecutor(work -> {
            var daemon = new Thread(work, "bank-ledger-" + node);
            daemon.setDaemon(true);
            return daemon;
        });
    }

    String node() {
        return node;
    }

    CompletableFuture<Reading> read() {
        return ask(this::reading);
    }

    /** {@return the amounts of the last hour by transfer, and the money of all accounts under an empty name} */
    CompletableFuture<Map<String, Long>> books() {
        return ask(Ledger::amounts);
    }

    @FunctionalInterface
    private interface Question<T> {
        T of(Connection connection) throws SQLException;
    }

    /** A node that has not answered the last query does not get the next one. */
    private synchronized <T> CompletableFuture<T> ask(Question<T> question) {
        if (atWork != null && !atWork.isDone()) {
            return CompletableFuture.failedFuture(new SQLException(node + " has not answered yet"));
        }
        var answer = CompletableFuture.supplyAsync(() -> answer(question), thread);
        atWork = answer;
        return answer.copy().orTimeout(1, TimeUnit.SECONDS);
    }

    private <T> T answer(Question<T> question) {
        try {
            if (connection == null) {
                connection = source.connect();
            }
            return question.of(connection);
        } catch (SQLException e) {
            disconnect();
            throw new CompletionException(e);
        }
    }

    private Reading reading(Connection on) throws SQLException {
        try (var statement = on.createStatement()) {
            var prepared = new ArrayList<Reading.Prepared>();
            try (var rows = statement.executeQuery(PREPARED)) {
                while (rows.next()) {
                    prepared.add(new Reading.Prepared(node, rows.getString(1), rows.getDouble(2)));
                }
            }
            try (var rows = statement.executeQuery(MONEY)) {
                rows.next();
                return new Reading(node, rows.getInt(1), rows.getLong(2), prepared);
            }
        }
    }

    private static Map<String, Long> amounts(Connection on) throws SQLException {
        var amounts = new HashMap<String, Long>();
        try (var statement = on.createStatement();
                var rows = statement.executeQuery(BOOKS)) {
            while (rows.next()) {
                amounts.merge(rows.getString(1), rows.getLong(2), Long::sum);
            }
        }
        return amounts;
    }

    private void disconnect() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            return; // It is of no use any more in any case.
        } finally {
            connection = null;
        }
    }

    @Override
    public void close() {
        thread.execute(this::disconnect);
        thread.shutdown();
    }
}
