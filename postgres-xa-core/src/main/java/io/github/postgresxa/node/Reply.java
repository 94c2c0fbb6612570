package io.github.postgresxa.node;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * A server's answer to a {@link SimpleQuery}.
 *
 * @param tags the command tags in order, up to the first error; a query with rows has the tag {@code SELECT n}
 * @param rows the rows of all queries, as text
 * @param standbyMissed the warning that the wait for a synchronous standby was cancelled: done here, but perhaps not
 *     there
 * @param error the first error, if there was one: the server's, or the loss of the connection
 * @param state the session's transaction state as the server last reported it
 * @param gone whether the connection is closed; {@code state} has no meaning then
 */
public record Reply(
        List<String> tags,
        List<List<@Nullable String>> rows,
        @Nullable SQLWarning standbyMissed,
        @Nullable SQLException error,
        TransactionState state,
        boolean gone) {

    /**
     * Creates the reply of a closed connection that gave no answer.
     *
     * @param why what happened
     * @return the reply
     */
    static Reply lost(Throwable why) {
        SQLException error = why instanceof SQLException e
                ? e
                : new SQLException(
                        "there was no answer, and the connection was closed (%s)".formatted(why), "08006", why);
        return new Reply(List.of(), List.of(), null, error, TransactionState.FAILED, true);
    }

    /**
     * Checks how the burst ended.
     *
     * @param tag the tag that ends the burst, for example {@code COMMIT}
     * @return whether the server answered exactly that, without error, and as durable as requested
     */
    public boolean endedWith(String tag) {
        return error == null
                && standbyMissed == null
                && !tags.isEmpty()
                && tags.get(tags.size() - 1).equals(tag);
    }

    /** {@return the SQLSTATE of the error, or an empty text} */
    public String sqlState() {
        SQLException e = error;
        String state = e == null ? null : e.getSQLState();
        return state == null ? "" : state;
    }

    /**
     * Returns what is wrong: the error, the missing standby, or a description of an unexpected answer.
     *
     * @param what what was sent, for the description
     * @return the problem
     */
    public SQLException problem(String what) {
        if (error != null) {
            return error;
        }
        if (standbyMissed != null) {
            return new SQLException(
                    what + " is done on the server, but its wait for the synchronous standby was cancelled",
                    standbyMissed);
        }
        return new SQLException(what + " was answered with " + tags);
    }

    /**
     * Throws the error, if there was one.
     *
     * @return this reply
     * @throws SQLException the error
     */
    public Reply orThrow() throws SQLException {
        if (error != null) {
            throw error;
        }
        return this;
    }
}
