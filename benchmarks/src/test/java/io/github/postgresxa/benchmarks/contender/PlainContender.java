package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A contender without a transaction manager: takes its connections, works on each, and ends them in its own way. */
abstract class PlainContender implements Contender {

    private final PlainPools pools;
    private final ExecutorService others = Executors.newCachedThreadPool(PlainContender::helper);

    PlainContender(Setting setting) throws SQLException {
        this.pools = new PlainPools(setting);
    }

    private static Thread helper(Runnable task) {
        Thread thread = new Thread(task, "commit");
        thread.setDaemon(true);
        return thread;
    }

    /** Ends all of it: readers first in the array, then writers. */
    abstract void commit(Transfer transfer, Connection[] connections) throws Exception;

    @Override
    public final long run(Transfer transfer) throws Exception {
        Connection[] connections = new Connection[transfer.nodes()];
        try {
            for (int node = 0; node < connections.length; node++) {
                Connection connection = pools.connection(node);
                connections[node] = connection;
                if (transfer.readOnly()) {
                    connection.setReadOnly(true);
                }
                transfer.work(node, connection);
            }
            long commitBegan = System.nanoTime();
            commit(transfer, connections);
            if (transfer.readOnly()) {
                for (Connection connection : connections) {
                    connection.setReadOnly(false);
                }
            }
            return commitBegan;
        } catch (Exception e) {
            for (Connection connection : connections) {
                if (connection != null && !connection.getAutoCommit()) {
                    connection.rollback();
                }
            }
            throw e;
        } finally {
            for (Connection connection : connections) {
                if (connection != null) {
                    connection.close();
                }
            }
        }
    }

    /** Work on one node. */
    interface Step {
        void on(int node) throws SQLException;
    }

    /** Work on the nodes of a range: on the calling thread if it is only one, else in parallel. */
    final void each(int from, int to, Step step) throws Exception {
        Together.run(others, from, to, step);
    }

    /**
     * {@code PREPARE TRANSACTION}. Afterwards the connection is in auto-commit mode, because only the second phase
     * can follow.
     */
    static void prepare(Connection connection, String gid) throws SQLException {
        execute(connection, "PREPARE TRANSACTION '" + gid + "'");
        connection.setAutoCommit(true);
    }

    static void commitPrepared(Connection connection, String gid) throws SQLException {
        execute(connection, "COMMIT PREPARED '" + gid + "'");
    }

    /** After a failure: nothing stays prepared. */
    static void rollbackPrepared(Connection connection, String gid) throws SQLException {
        if (connection.getAutoCommit()) {
            execute(connection, "ROLLBACK PREPARED '" + gid + "'");
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        pools.close();
        others.shutdown();
    }
}
