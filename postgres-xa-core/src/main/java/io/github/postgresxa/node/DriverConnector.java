package io.github.postgresxa.node;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXADataSource;

/** Opens the protocol's own connections, for recovery and for queries after a lost reply. */
final class DriverConnector {

    /** The longest time that these connections wait by default for a server that does not answer, in seconds. */
    private static final int CONNECT_LIMIT = 3;

    private static final int ANSWER_LIMIT = 10;

    /** The longest time for the network connection and for the login, in seconds. */
    private record Limits(int connect, int login) {}

    private interface Opening {
        Wire open() throws SQLException;
    }

    private DriverConnector() {}

    static Wire connect(Node node, @Nullable String username, @Nullable String password) throws SQLException {
        return connect(node, new Limits(CONNECT_LIMIT, CONNECT_LIMIT), username, password);
    }

    static Wire connectAsConfigured(Node node, @Nullable String username, @Nullable String password)
            throws SQLException {
        return connect(node, stated(node), username, password);
    }

    private static Limits stated(Node node) {
        return new Limits(
                node.stated(PGProperty.CONNECT_TIMEOUT).orElse(CONNECT_LIMIT),
                node.stated(PGProperty.LOGIN_TIMEOUT).orElse(CONNECT_LIMIT));
    }

    /** Sets nothing in the session: behind a pooler, that could reach the session of somebody else. */
    static Wire connectUntouched(Node node, @Nullable String username, @Nullable String password) throws SQLException {
        return opened(node, () -> login(node, new Limits(CONNECT_LIMIT, CONNECT_LIMIT), username, password));
    }

    /** The same with the limits that the node's URL states. */
    static Wire connectUntouchedAsConfigured(Node node, @Nullable String username, @Nullable String password)
            throws SQLException {
        return opened(node, () -> login(node, stated(node), username, password));
    }

    private static Wire connect(Node node, Limits limits, @Nullable String username, @Nullable String password)
            throws SQLException {
        return opened(node, () -> open(node, limits, username, password));
    }

    private static Wire opened(Node node, Opening opening) throws SQLException {
        try {
            return undisturbed(opening);
        } catch (RuntimeException | Error e) {
            // For example, there is no thread for the driver's login. The caller has to be able to try again.
            throw new SQLException(
                    "node '%s': no connection could be opened: %s".formatted(node.name(), e), "08001", e);
        }
    }

    /**
     * Connects even if the thread is interrupted. The driver waits for a login on another thread, and gives up when it
     * is interrupted. The login is then repeated on a private thread.
     */
    private static Wire undisturbed(Opening opening) throws SQLException {
        boolean interrupted = Thread.interrupted();
        try {
            return opening.open();
        } catch (SQLException | RuntimeException | Error e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            interrupted = true;
            return onAnotherThread(opening);
        } finally {
            Uninterruptibles.restore(interrupted);
        }
    }

    private static Wire onAnotherThread(Opening opening) throws SQLException {
        CompletableFuture<Wire> opened = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        opened.complete(opening.open());
                    } catch (Throwable e) {
                        opened.completeExceptionally(e);
                    }
                },
                "postgres-xa-login");
        thread.setDaemon(true);
        thread.start();
        try {
            return opened.join(); // No interrupt ends this wait.
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String state = cause instanceof SQLException refused ? refused.getSQLState() : "08001";
            throw new SQLException(String.valueOf(cause.getMessage()), state, cause);
        }
    }

    private static Wire open(Node node, Limits limits, @Nullable String username, @Nullable String password)
            throws SQLException {
        Wire wire = login(node, limits, username, password);
        Reply reply = wire.send(SearchPath.PIN_SESSION + "set statement_timeout = 0;\n" + Durability.RAISE_FOR_SESSION);
        if (reply.error() != null) {
            wire.abort();
        }
        reply.orThrow();
        return wire;
    }

    private static Wire login(Node node, Limits limits, @Nullable String username, @Nullable String password)
            throws SQLException {
        PGXADataSource source = new PGXADataSource();
        source.setUrl(node.poolUrl());
        source.setConnectTimeout(limits.connect());
        source.setLoginTimeout(limits.login());
        source.setSocketTimeout(ANSWER_LIMIT);
        source.setReadOnly(false);
        PhysicalConnection physical =
                DriverSockets.track(source, sockets -> connect(source, sockets, username, password));
        return new DriverWire(physical);
    }

    /** Treats a failure of the driver like a node that does not answer: the caller has to know, and tries again. */
    private static PhysicalConnection connect(
            PGXADataSource source, DriverSockets sockets, @Nullable String username, @Nullable String password)
            throws SQLException {
        try {
            Connection open = username == null ? source.getConnection() : source.getConnection(username, password);
            return new PhysicalConnection(open.unwrap(BaseConnection.class), sockets);
        } catch (RuntimeException | Error e) {
            throw new SQLException("the driver failed while it connected (%s)".formatted(e), "08001", e);
        }
    }
}
