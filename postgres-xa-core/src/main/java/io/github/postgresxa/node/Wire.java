package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * A conversation with one server; the protocol has no other way to reach it. Commit protocol, decision log and recovery
 * know a server by this port alone, so that the same code also runs against a simulated one.
 */
public interface Wire extends AutoCloseable {

    /**
     * Sends statements of ours in one round trip, without adding a BEGIN. After the first error the server skips the
     * rest.
     *
     * @param sql one or more statements, separated by semicolons, without parameters
     * @return the server's answer; errors are part of it, never thrown
     */
    Reply send(String sql);

    /** {@return the transaction state that the server last reported} */
    TransactionState state();

    /** {@return whether the connection is known to be closed or broken} */
    boolean isClosed();

    /**
     * {@return the driver's failure, other than an error that leaves it in step with its server; null if there was
     * none} After such a failure the connection is closed.
     */
    default @Nullable Throwable fault() {
        return null;
    }

    /** {@return the number of the server process behind it} */
    int backend();

    /**
     * Returns the limit of the wait for an answer.
     *
     * @return the limit in milliseconds; 0 for no limit
     * @throws SQLException if the connection is broken
     */
    int answerLimit() throws SQLException;

    /**
     * Sets the limit of the wait for an answer. After it the connection is closed.
     *
     * @param millis the limit in milliseconds; 0 for no limit
     * @throws SQLException if the connection is broken
     */
    void answerLimit(int millis) throws SQLException;

    /**
     * Returns whether the connection was set to read-only.
     *
     * @return whether it is read-only
     * @throws SQLException if the connection is broken
     */
    boolean readOnly() throws SQLException;

    /**
     * Returns whether the driver begins transactions as READ ONLY. On a read-only connection it does, unless the URL
     * prevents it.
     *
     * @return whether they begin as READ ONLY
     * @throws SQLException if the connection is broken
     */
    default boolean beginsReadOnly() throws SQLException {
        return readOnly();
    }

    /**
     * Sets the connection to read-only or back.
     *
     * @param wanted whether transactions of the application begin as READ ONLY
     * @throws SQLException if the connection is broken, or in a transaction
     */
    void readOnly(boolean wanted) throws SQLException;

    /**
     * Asks the server, over another connection, to stop what runs on this one.
     *
     * @throws SQLException if the server is not there to take the request
     */
    void cancel() throws SQLException;

    /** Closes the connection at once, whatever runs on it and from any thread. Never throws. */
    void abort();

    /** {@return whether the application has got an object of the driver itself, whose use cannot be observed} */
    default boolean isHandedOut() {
        return false;
    }

    /**
     * Ends a use, before the session changes hands. Objects that the application created in it, and may have kept, are
     * refused from now on.
     *
     * @return whether nothing can bypass that. If something can, the connection is not used again
     */
    default boolean endUse() {
        return true;
    }

    /**
     * Resets what the application may have set on the connection. That costs a round trip only if a change has reached
     * the server.
     *
     * @param everything whether to discard all state of the session, including what was set in SQL; always a round trip
     * @throws SQLException if the connection is broken, or in a transaction
     */
    default void reset(boolean everything) throws SQLException {
        // Nothing was set.
    }

    /** {@return the driver's connection, for the statements of the application; each of its calls is watched} */
    Connection connection();

    /**
     * Closes the connection and says goodbye to the server.
     *
     * @throws SQLException if the connection was broken
     */
    @Override
    void close() throws SQLException;
}
