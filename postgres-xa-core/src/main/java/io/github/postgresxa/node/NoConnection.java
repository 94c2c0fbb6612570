package io.github.postgresxa.node;

import io.github.postgresxa.PoolSettings;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Explains why a node gives no connection: which node, where it is, what happened down to the first cause, and what to
 * do. The pool and the driver name neither the node nor the setting, and hide the first cause. All of these texts are
 * here.
 */
public final class NoConnection {

    private static final String UNABLE_TO_CONNECT = "08001";

    private NoConnection() {}

    /**
     * Explains a failure of the pool or the driver.
     *
     * @param node the node that was asked for a connection
     * @param problem what the pool or the driver said
     * @param inUse how many of the pool's connections are in use
     * @return the same with node, cause and advice; of the same kind, with the same SQLSTATE if there is one. A problem
     *     that names the node already is returned unchanged
     */
    static SQLException explain(Node node, Exception problem, int inUse) {
        return problem instanceof SQLException known
                        && !(problem instanceof PSQLException)
                        && says(problem, "'" + node.name() + "'")
                ? known
                : explained(node, problem, inUse);
    }

    /**
     * Explains to recovery and to operators, who name the node themselves, why it cannot be reached.
     *
     * @param node the node
     * @param problem what the driver said
     * @return the same with place, cause and advice; of the same kind, with the same SQLSTATE if there is one
     */
    public static SQLException unreachable(Node node, SQLException problem) {
        return retold(
                problem,
                "no connection to %s: %s"
                        .formatted(node.place(), ConnectionFailure.of(problem).sentences()),
                stateOf(problem));
    }

    /**
     * Adds the node's name to a reason that holds for every node.
     *
     * @param node a node
     * @param problem why no caller gets a connection now
     * @return the same with the node's name
     */
    public static SQLException because(Node node, SQLException problem) {
        return retold(problem, text(node, ConnectionFailure.of(problem).said() + "."), problem.getSQLState());
    }

    /**
     * Creates the refusal of a pool that is closed.
     *
     * @param node its node
     * @param problem how that was noticed, or null
     * @return the refusal
     */
    public static SQLException closed(Node node, @Nullable Throwable problem) {
        return new SQLNonTransientConnectionException(
                text(
                        node,
                        "its pool is closed, because this application is shutting down. End all work before"
                                + " PostgresXa is closed."),
                "08003",
                problem);
    }

    /**
     * Creates the refusal of a node that answers but may not be used.
     *
     * @param node the node
     * @param why what is wrong, and what to do
     * @param state the SQLSTATE
     * @param cause how that was noticed, or null
     * @return the refusal
     */
    public static SQLException unfit(
            Node node, @Nullable String why, @Nullable String state, @Nullable SQLException cause) {
        return new SQLException(
                "node '%s' cannot take part in a transaction (%s): %s".formatted(node.name(), node.place(), why),
                state,
                cause);
    }

    /**
     * Creates the refusal of a connection that was taken before the transaction in which it is used.
     *
     * @param node its node
     * @return the refusal
     */
    public static SQLException takenBefore(Node node) {
        return new SQLException(
                ("a connection to node '%s' that was taken before the transaction began is used inside it, and what"
                                        + " it does would not be part of")
                                .formatted(node.name())
                        + " the transaction. Take the connection inside the transaction, or end its use before the"
                        + " transaction begins.",
                "25000");
    }

    private static SQLException explained(Node node, Exception problem, int inUse) {
        PoolSettings pool = node.settings().pool();
        if (says(problem, "acquisition timeout")) {
            return new SQLTransientConnectionException(
                    text(node, inUse < pool.maxSize() ? slow(pool) : exhausted(pool)), UNABLE_TO_CONNECT, problem);
        }
        boolean unclassified = !(problem instanceof SQLException e) || e.getSQLState() == null;
        if (says(problem, "pool is clos") || says(problem, "shutting down") && unclassified) {
            return closed(node, problem);
        }
        if (says(problem, "Interrupted while acquiring")) {
            return new SQLTransientConnectionException(
                    text(node, "the thread was interrupted while it waited for one."), UNABLE_TO_CONNECT, problem);
        }
        return retold(problem, text(node, ConnectionFailure.of(problem).sentences()), stateOf(problem));
    }

    private static String stateOf(Exception problem) {
        String state = problem instanceof SQLException e ? e.getSQLState() : null;
        return state == null ? UNABLE_TO_CONNECT : state;
    }

    private static boolean says(Exception problem, String words) {
        String message = problem.getMessage();
        return message != null && message.contains(words);
    }

    private static String exhausted(PoolSettings pool) {
        return ("none of its %d (pool.max-size) became free within %s (pool.acquisition-timeout). End transactions"
                        + " sooner, or raise pool.max-size: a transaction that suspends another one (REQUIRES_NEW)"
                        + " needs a second connection.")
                .formatted(pool.maxSize(), time(pool.acquisitionTimeout()));
    }

    private static String slow(PoolSettings pool) {
        return ("none could be opened within %s (pool.acquisition-timeout). The server, or the way to it, does not"
                        + " answer in time.")
                .formatted(time(pool.acquisitionTimeout()));
    }

    private static String text(Node node, String why) {
        return "node '%s' gives no connection (%s): %s".formatted(node.name(), node.place(), why);
    }

    private static String time(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /**
     * {@return an exception of the same class and SQLSTATE, because applications and frameworks tell failures apart by
     * these}
     */
    private static SQLException retold(Exception problem, String text, @Nullable String state) {
        if (problem instanceof SQLTimeoutException) {
            return new SQLTimeoutException(text, state, problem);
        }
        if (problem instanceof SQLTransientConnectionException) {
            return new SQLTransientConnectionException(text, state, problem);
        }
        if (problem instanceof SQLTransientException) {
            return new SQLTransientException(text, state, problem);
        }
        if (problem instanceof SQLInvalidAuthorizationSpecException) {
            return new SQLInvalidAuthorizationSpecException(text, state, problem);
        }
        if (problem instanceof SQLNonTransientConnectionException) {
            return new SQLNonTransientConnectionException(text, state, problem);
        }
        if (problem instanceof SQLNonTransientException) {
            return new SQLNonTransientException(text, state, problem);
        }
        if (problem instanceof SQLRecoverableException) {
            return new SQLRecoverableException(text, state, problem);
        }
        return new SQLException(text, state, problem);
    }
}
