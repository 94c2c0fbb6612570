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

/**
 * Explains why a node gives no connection: which node, what happened, and what to do. The pool and the driver name
 * neither the node nor the setting. The texts are here and in {@link ConnectionFailure}.
 */
public final class NoConnection {

    private static final String UNABLE_TO_CONNECT = "08001";

    private final Node node;
    private final Throwable problem;

    private NoConnection(Node node, Throwable problem) {
        this.node = node;
        this.problem = problem;
    }

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
        NoConnection failure = new NoConnection(node, problem);
        return problem instanceof SQLException known && failure.says("'" + node.name() + "'")
                ? known
                : failure.explained(inUse);
    }

    /**
     * Adds the node's name to a reason that holds for every node.
     *
     * @param node a node
     * @param problem why no caller gets a connection now
     * @return the same with the node's name
     */
    public static SQLException because(Node node, SQLException problem) {
        NoConnection failure = new NoConnection(node, problem);
        return failure.sameKind(failure.text(failure.said() + "."), problem.getSQLState());
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
                "node '%s' gives no connection: its pool is closed, because this application is shutting down."
                        .formatted(node.name()),
                "08003",
                problem);
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

    private SQLException explained(int inUse) {
        PoolSettings pool = node.settings().pool();
        if (says("acquisition timeout")) {
            return new SQLTransientConnectionException(
                    inUse < pool.maxSize() ? text(slow(pool)) : text(exhausted(pool)), UNABLE_TO_CONNECT, problem);
        }
        if (says("pool is clos") || says("shutting down") && state() == null) {
            return closed(node, problem);
        }
        if (says("Interrupted while acquiring")) {
            return new SQLTransientConnectionException(
                    text("the thread was interrupted while it waited for one."), UNABLE_TO_CONNECT, problem);
        }
        String state = state();
        return sameKind(text(ConnectionFailure.of(problem).sentences()), state == null ? UNABLE_TO_CONNECT : state);
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

    private String text(String why) {
        return "node '%s' gives no connection: %s".formatted(node.name(), why);
    }

    /** {@return the first line of the message; further lines are for the server's log} */
    private String said() {
        return ConnectionFailure.of(problem).said();
    }

    private boolean says(String words) {
        String message = problem.getMessage();
        return message != null && message.contains(words);
    }

    private @Nullable String state() {
        return problem instanceof SQLException e ? e.getSQLState() : null;
    }

    /**
     * {@return an exception of the same class and SQLSTATE, because applications and frameworks tell failures apart by
     * these}
     */
    private SQLException sameKind(String text, @Nullable String state) {
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

    private static String time(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
