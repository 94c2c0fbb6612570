package io.github.postgresxa.node;

import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;

/**
 * A server's answer to one message. Each statement of it has its own result: a statement that the server did not
 * answer, because an earlier one failed or the connection broke, has none. That is never taken for an empty one.
 *
 * @param tags the command tags in order, up to the first error; a query with rows has the tag {@code SELECT n}
 * @param results the rows of each query that was answered to its end, in order
 * @param standbyMissed the warning that the wait for a synchronous standby was cancelled: done here, but perhaps not
 *     there
 * @param error the first error, if there was one: the server's, or the loss of the connection
 * @param state the session's transaction state as the server last reported it
 * @param gone whether the connection is closed; {@code state} has no meaning then
 */
public record Reply(
        List<String> tags,
        List<Result> results,
        @Nullable SQLWarning standbyMissed,
        @Nullable SQLException error,
        TransactionState state,
        boolean gone) {

    /** The SQLSTATE of a server that answers differently than expected. */
    private static final String PROTOCOL = "08P01";

    /**
     * The rows of one query.
     *
     * @param statement its number in the message, from 0
     * @param rows its rows, as text
     */
    public record Result(int statement, List<List<@Nullable String>> rows) {}

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

    /**
     * Reads the reply to a burst that ends with COMMIT. If the session is in a failed block, an earlier statement
     * failed and COMMIT did not run: surely rolled back. If COMMIT itself failed, only integrity (class 23) and
     * serialization (class 40) errors are sure: a cancel (57014) can arrive after the commit record is written. All
     * else is unknown.
     *
     * @return whether nothing was committed, for sure
     */
    public boolean isSurelyRolledBack() {
        boolean commitNotRun = error != null && state == TransactionState.FAILED;
        boolean commitRefused = sqlState().startsWith("23") || sqlState().startsWith("40");
        boolean noTransaction = sqlState().equals("25P01"); // The session had lost it before COMMIT ran.
        return !gone && (commitNotRun || commitRefused || endedWith("ROLLBACK") || noTransaction);
    }

    /**
     * Reads the rows of a query.
     *
     * @param burst what was sent
     * @param name the query's name in it
     * @return its rows
     * @throws SQLException the error, if the query was not answered
     */
    public List<List<@Nullable String>> rows(Burst burst, Burst.Name name) throws SQLException {
        return rows(burst.statement(name));
    }

    /**
     * Reads the command tag of a statement.
     *
     * @param burst what was sent
     * @param name the statement's name in it
     * @return its tag
     * @throws SQLException the error, if the statement was not answered
     */
    public String tag(Burst burst, Burst.Name name) throws SQLException {
        int statement = burst.statement(name);
        if (statement >= tags.size()) {
            throw notAnswered(statement);
        }
        return tags.get(statement);
    }

    /**
     * Reads the rows of a message that is one query.
     *
     * @return its rows
     * @throws SQLException the error, if the query was not answered
     */
    public List<List<@Nullable String>> rows() throws SQLException {
        if (tags.size() > 1) {
            throw new IllegalStateException("the message had several statements: " + tags);
        }
        return orThrow().rows(0);
    }

    /**
     * Reads the answer to a message that is one query with one row.
     *
     * @return its row
     * @throws SQLException the error, if the query was not answered, or had any other number of rows
     */
    public List<@Nullable String> row() throws SQLException {
        return only(rows());
    }

    /**
     * Reads the answer to a query with one row.
     *
     * @param burst what was sent
     * @param name the query's name in it
     * @return its row
     * @throws SQLException the error, if the query was not answered, or had any other number of rows
     */
    public List<@Nullable String> row(Burst burst, Burst.Name name) throws SQLException {
        return only(rows(burst, name));
    }

    private static List<@Nullable String> only(List<List<@Nullable String>> rows) throws SQLException {
        if (rows.size() != 1) {
            throw new SQLException("expected one row, and the server sent %d".formatted(rows.size()), PROTOCOL);
        }
        return rows.get(0);
    }

    /** {@return whether the message was one query, and its only row this value} */
    boolean says(String value) {
        return error == null && results.equals(List.of(new Result(0, List.of(List.of(value)))));
    }

    private List<List<@Nullable String>> rows(int statement) throws SQLException {
        for (Result result : results) {
            if (result.statement == statement) {
                return result.rows;
            }
        }
        throw notAnswered(statement);
    }

    private SQLException notAnswered(int statement) {
        return error != null
                ? error
                : new SQLException(
                        "the server has sent no rows for statement %d of a message; its answers were %s"
                                .formatted(statement + 1, tags),
                        PROTOCOL);
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
