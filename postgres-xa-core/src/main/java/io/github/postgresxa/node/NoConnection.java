package io.github.postgresxa.node;

import io.github.postgresxa.PoolSettings;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a node gives no connection: which node, what happened, and what to do. The pool and the driver name
 * neither the node nor the setting. All of these texts are here.
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
        return sameKind(text(said() + ". " + advice(state)), state == null ? UNABLE_TO_CONNECT : state);
    }

    private static String exhausted(PoolSettings pool) {
        return ("none of its %d (pool.max-size) became free within %s (pool.acquisition-timeout). End transactions"
                        + " sooner, or raise pool.max-size: a transaction that suspends another one (REQUIRES_NEW)"
                        + " needs a connection of its own.")
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

    private String advice(@Nullable String state) {
        if (hasCause(UnknownHostException.class)) {
            return "Its host is not known: check the url of the node, and the name service.";
        }
        if (hasCause(SSLException.class) || says("SSL")) {
            return "Check sslmode and the certificates in the url of the node, and ssl of the server and its"
                    + " pg_hba.conf.";
        }
        if (hasCause(SocketTimeoutException.class) || says("timed out")) {
            return "The server, or the way to it, does not answer in time (connectTimeout and loginTimeout in the url"
                    + " of the node).";
        }
        return switch (state == null ? "" : state) {
            case "28P01" -> "Check username and password of the node.";
            case "28000" -> "Check the username of the node, and the server's pg_hba.conf.";
            case "3D000" -> "Check the database in the url of the node.";
            case "42501" -> "Grant CONNECT on the database to the role of the node.";
            case "53300" ->
                "Lower pool.max-size of those who use the server, or raise its max_connections or the CONNECTION"
                        + " LIMIT of role or database.";
            case "57P03" -> "The server is starting or stopping: try again later.";
            case "08004" ->
                "The server refused the login: check username and password of the node, and the server's pg_hba.conf.";
            case "", "08001", "08006", "08003" ->
                "Check that the server is running, and host and port in the url of the node.";
            default -> "The server's log may say more.";
        };
    }

    /** {@return the first line of the message; further lines are for the server's log} */
    private String said() {
        String message = problem.getMessage();
        String line = message == null ? "" : message.strip().lines().findFirst().orElse("");
        String said = problem instanceof SQLException && !line.isEmpty()
                ? line
                : problem.getClass().getSimpleName() + (line.isEmpty() ? "" : ": " + line);
        return said.replaceAll("\\p{Cntrl}", "?").replaceFirst("[.\\s]+$", "");
    }

    private boolean says(String words) {
        String message = problem.getMessage();
        return message != null && message.contains(words);
    }

    private @Nullable String state() {
        return problem instanceof SQLException e ? e.getSQLState() : null;
    }

    private boolean hasCause(Class<? extends Throwable> type) {
        return Causes.of(problem).anyMatch(type::isInstance);
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
