package io.github.postgresxa.node;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a server gives no connection.
 *
 * @param kind what went wrong, as far as the driver and the server tell
 * @param said what they said, with the first cause, in one line without a full stop
 * @param advice what helps, in a sentence
 */
public record ConnectionFailure(Kind kind, String said, String advice) {

    private static final Pattern PASSWORD = Pattern.compile("(?i)(password=)[^&\\s]*");

    /** What can go wrong before a session exists. */
    public enum Kind {
        /** The name service does not know the host. */
        UNKNOWN_HOST,
        /** Nothing listens at the address, or the connection broke. */
        REFUSED,
        /** No answer within the limits. */
        TIMEOUT,
        /** The two sides do not agree on TLS, or a certificate is not accepted. */
        TLS,
        /** The password is wrong or missing. */
        PASSWORD,
        /** The role does not exist, may not log in, or {@code pg_hba.conf} does not admit it. */
        LOGIN,
        /** The database does not exist. */
        DATABASE,
        /** The role may not connect to the database. */
        RIGHT,
        /** No connection is free. */
        FULL,
        /** The server starts or stops. */
        STARTING,
        /** Something else. */
        OTHER
    }

    /**
     * Explains a failure.
     *
     * @param problem what the driver threw
     * @return the explanation
     */
    public static ConnectionFailure of(Throwable problem) {
        Kind kind = kind(problem);
        return new ConnectionFailure(kind, said(problem) + first(problem), advice(kind, problem));
    }

    /** {@return what was said, and what helps} */
    public String sentences() {
        return said + ". " + advice;
    }

    /** The server's own codes come first: the text of a rule that does not admit a session may speak of SSL, too. */
    private static Kind kind(Throwable problem) {
        String state = problem instanceof SQLException e ? e.getSQLState() : null;
        return switch (state == null ? "" : state) {
            case "28P01" -> Kind.PASSWORD;
            case "28000" -> Kind.LOGIN;
            case "3D000" -> Kind.DATABASE;
            case "42501" -> Kind.RIGHT;
            case "53300" -> Kind.FULL;
            case "57P03" -> Kind.STARTING;
            default -> kind(problem, state);
        };
    }

    private static Kind kind(Throwable problem, @Nullable String state) {
        String message = String.valueOf(problem.getMessage());
        if (hasCause(problem, UnknownHostException.class)) {
            return Kind.UNKNOWN_HOST;
        }
        if (hasCause(problem, SSLException.class) || message.contains("SSL")) {
            return Kind.TLS;
        }
        if (hasCause(problem, SocketTimeoutException.class) || message.contains("timed out")) {
            return Kind.TIMEOUT;
        }
        if ("08004".equals(state)) {
            return Kind.PASSWORD;
        }
        return state == null || state.startsWith("08") ? Kind.REFUSED : Kind.OTHER;
    }

    private static String advice(Kind kind, Throwable problem) {
        return switch (kind) {
            case UNKNOWN_HOST ->
                "Host '%s' is not known: check the url of the node, and the name service.".formatted(host(problem));
            case TLS ->
                "Check sslmode and the certificates in the url of the node, and ssl of the server and its"
                        + " pg_hba.conf.";
            case TIMEOUT ->
                "The server, or the way to it, does not answer in time (connectTimeout and loginTimeout in the url"
                        + " of the node).";
            case PASSWORD ->
                problem instanceof SQLException e && "08004".equals(e.getSQLState())
                        ? "The server refused the login: check username and password of the node, and the server's"
                                + " pg_hba.conf."
                        : "Check username and password of the node.";
            case LOGIN -> "Check the username of the node, and the server's pg_hba.conf.";
            case DATABASE -> "Check the database in the url of the node.";
            case RIGHT -> "Grant CONNECT on the database to the role of the node.";
            case FULL ->
                "Lower pool.max-size of those who use the server, or raise its max_connections or the CONNECTION"
                        + " LIMIT of role or database.";
            case STARTING -> "The server is starting or stopping: try again later.";
            case REFUSED -> "Check that the server is running, and host and port in the url of the node.";
            case OTHER -> "The server's log may have details.";
        };
    }

    private static String said(Throwable problem) {
        String line = line(problem);
        return problem instanceof SQLException && !line.isEmpty() ? line : named(problem);
    }

    /**
     * {@return the first cause in parentheses; empty if the message says it already} The driver's "The connection
     * attempt failed." says nothing without it.
     */
    private static String first(Throwable problem) {
        Throwable first = Causes.of(problem).reduce(problem, (earlier, later) -> later);
        boolean known =
                first == problem || !line(first).isEmpty() && said(problem).contains(line(first));
        return known ? "" : " (" + named(first) + ")";
    }

    private static String named(Throwable failure) {
        String line = line(failure);
        return failure.getClass().getSimpleName() + (line.isEmpty() ? "" : ": " + line);
    }

    /** {@return the first line of the message, without secrets; further lines are for the server's log} */
    private static String line(Throwable failure) {
        String message = failure.getMessage();
        String line = message == null ? "" : message.strip().lines().findFirst().orElse("");
        return PASSWORD.matcher(line.replaceAll("\\p{Cntrl}", "?").replaceFirst("[.\\s]+$", ""))
                .replaceAll("$1****");
    }

    /** {@return the name that was not found; some systems add the reason} */
    private static String host(Throwable problem) {
        return Causes.of(problem)
                .filter(UnknownHostException.class::isInstance)
                .map(e -> String.valueOf(e.getMessage()).split("[:\\s]", 2)[0])
                .findFirst()
                .orElse("?");
    }

    private static boolean hasCause(Throwable problem, Class<? extends Throwable> type) {
        return Causes.of(problem).anyMatch(type::isInstance);
    }
}
