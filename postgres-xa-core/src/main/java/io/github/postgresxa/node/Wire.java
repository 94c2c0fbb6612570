package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
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

    /** {@return what the driver failed with, other than an error that leaves it in step with its server; null if it did not. Then the connection is closed} */
    default @Nullable Throwable fault() {
        return null;
    }

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

    /** Closes the connection at once, whatever runs on it and from any thread. Never throws. */
    void abort();

    /** {@return whether the application has got an object of the driver itself, so that nobody knows what it did with it} */
    default boolean isHandedOut() {
        return false;
    }

    /**
     * Before the session changes hands: whatever the application made in this use, and may have kept, is refused from
     * now on.
     *
     * @return whether nothing can get past that. If something can, the connection is not used again
     */
    default boolean endUse() {
        return true;
    }

    /**
     * Puts back what the application may have set on the connection. A round trip only where the server was told of it.
     *
     * @param everything whether all that the session holds is discarded, also what was set in SQL; always a round trip
     * @throws SQLException if the connection is broken, or in a transaction
     */
    default void reset(boolean everything) throws SQLException {
        // Nothing was set.
    }

    /** {@return the driver's connection, for the statements of the application; each call of it is watched} */
    Connection connection();

    /**
     * Says goodbye to the server.
     *
     * @throws SQLException if the connection was broken
     */
    @Override
    void close() throws SQLException;
}
