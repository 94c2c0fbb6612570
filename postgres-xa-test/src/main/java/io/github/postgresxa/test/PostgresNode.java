package io.github.postgresxa.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * One database on a PostgreSQL server that a test may treat badly.
 *
 * <p>The methods that change the server ({@link #stop}, {@link #kill}, {@link #pause}, …) return when the change has
 * happened. They may be called from any thread and in any state, and do nothing if there is nothing to do. The port
 * stays the same as long as the node exists. A method that cannot do its work throws an {@link IllegalStateException}
 * that says why.
 *
 * <p>The server is durable ({@code fsync}, {@code synchronous_commit} and {@code full_page_writes} are on), because a
 * crash test on a server that loses acknowledged commits proves nothing.
 */
public interface PostgresNode extends AutoCloseable {

    /**
     * {@return the node of this name that belongs to the running test class}
     *
     * <p>For static code that JUnit cannot pass a parameter to, for example a Spring {@code @DynamicPropertySource}
     * method. Starts the node if it does not run yet; outside of a test class it has the default settings.
     */
    static PostgresNode of(String name) {
        return OpenNodes.node(name);
    }

    /**
     * {@return a node to be started on a directory whose data is kept}
     *
     * @param name how messages call the node
     * @param dataDirectory PostgreSQL's data directory; made at the first start
     */
    static EmbeddedNode embedded(String name, Path dataDirectory) {
        return new EmbeddedNode(name, dataDirectory);
    }

    /** {@return the name of the node, as messages use it} */
    String name();

    /** {@return {@code jdbc:postgresql://host:port/database}, without credentials} */
    String jdbcUrl();

    /** {@return the database that {@link #jdbcUrl} and {@link #connect} use} */
    String database();

    /** {@return the name of a superuser} */
    String username();

    /** {@return the superuser's password; never empty, although logins are trusted} */
    String password();

    /** {@return the port of the server; it stays the same as long as the node exists} */
    int port();

    /** {@return PostgreSQL's data directory, or empty if the server runs in a container} */
    Optional<Path> dataDirectory();

    /** {@return a new connection of the superuser, in autocommit mode} */
    Connection connect() throws SQLException;

    /** Starts the server, with crash recovery if it was killed. */
    void start();

    /** Ends the sessions and the server in order (a "fast" shutdown). Prepared transactions survive. */
    void stop();

    /**
     * Ends the server and all its sessions at the same moment with SIGKILL, as a crash does. What was committed or
     * prepared is there again after {@link #start}.
     */
    void kill();

    /** Stops the server, if it runs, and starts it. */
    default void restart() {
        stop();
        start();
    }

    /** Freezes the server and all its sessions: it accepts bytes and never answers, like a lost network. */
    void pause();

    /** Resumes a paused server. */
    void resume();

    /** {@return whether the server process exists; true for a paused one} */
    boolean isRunning();

    /**
     * {@return a new standby that follows this running node}
     *
     * @param name how messages, the primary's {@code pg_stat_replication} and its replication slot call the standby:
     *     lower-case letters, digits and underscores
     * @param settings server settings that replace or complete those of this node
     * @throws IllegalStateException if the standby cannot be started, or this node runs in a container
     */
    default StandbyNode standby(String name, String... settings) {
        return ServerStandby.of(this, name, List.of(settings));
    }

    /** {@return every prepared transaction of the server, in all its databases, oldest first} */
    List<PreparedTransaction> preparedTransactions();

    /**
     * Executes statements one after the other, each in its own transaction.
     *
     * @throws IllegalStateException if one of them fails; the cause is the {@link SQLException}
     */
    void execute(String... statements);

    /**
     * {@return the first column of the single row that the query gives, as a number; null counts as 0}
     *
     * @param parameters the values of the question marks in the query
     */
    long queryForLong(String query, Object... parameters);

    /** {@return the first column of the single row that the query gives, as text; null is an empty text} */
    String queryForString(String query, Object... parameters);

    /** {@return the major version of the running server, such as 18} */
    default int majorVersion() {
        return (int) (queryForLong("select current_setting('server_version_num')::int") / 10_000);
    }

    /**
     * {@return how many times the write-ahead log was forced to disk since the server's statistics began}
     *
     * <p>From PostgreSQL 18 on, only sessions count; before it, background processes are included. A session reports
     * its numbers when it ends, at the latest.
     */
    default long flushes() {
        return queryForLong(
                majorVersion() >= 18
                        ? "select sum(fsyncs) from pg_stat_io where object = 'wal' and backend_type = 'client backend'"
                        : "select wal_sync from pg_stat_wal");
    }

    /** Stops the server, as {@link #stop} does. */
    @Override
    default void close() {
        stop();
    }
}
