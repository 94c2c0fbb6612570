package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.TransactionState;

/**
 * A conversation with one server, and the only way of the protocol to it. Commit protocol, decision log and recovery know a server by this
 * port alone, so that the same code also runs against a simulated one.
 */
public interface Wire extends AutoCloseable {

    /**
     * Sends statements of ours in one round trip, without adding a BEGIN. After the first error the server skips the rest.
     *
     * @param sql one or more statements, separated by semicolons, without parameters
     * @return what the server answered; errors are part of the answer, never thrown
     */
    Reply send(String sql);

    /** {@return the transaction state that the server last reported} */
    TransactionState state();

    /** {@return whether the connection is known to be closed or broken} */
    boolean isClosed();

    /** {@return the number of the server's process behind it} */
    int backend();

    /**
     * @return how long an answer is waited for, in milliseconds; 0 for ever
     * @throws SQLException if the connection is broken
     */
    int answerLimit() throws SQLException;

    /**
     * @param millis how long an answer is waited for; after that the connection is closed
     * @throws SQLException if the connection is broken
     */
    void answerLimit(int millis) throws SQLException;

    /**
     * @return whether the connection was set to read-only
     * @throws SQLException if the connection is broken
     */
    boolean readOnly() throws SQLException;

    /**
     * @return whether the driver therefore begins transactions as READ ONLY; the URL can tell it not to
     * @throws SQLException if the connection is broken
     */
    default boolean beginsReadOnly() throws SQLException {
        return readOnly();
    }

    /**
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

    /** Closes the connection at once, whatever runs on it and from any thread. */
    void abort();

    /** {@return the driver's own connection, for the statements of the application} */
    Connection connection();

    /**
     * Says goodbye to the server.
     *
     * @throws SQLException if the connection was broken
     */
    @Override
    void close() throws SQLException;
}
