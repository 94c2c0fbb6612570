package io.github.postgresxa.node;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PSQLException;

/**
 * Decides whether a physical connection is in order or destroyed; nothing else does. Every call into the driver that
 * may reach the server goes through it.
 *
 * <p>The driver is trusted as long as each call returned, or failed with an SQLException that leaves it in step with
 * the server. Anything else, an Error or an unchecked exception, can leave a message half written, an answer unread, or
 * an open transaction that the driver does not know of. Then the connection is closed at once and never used again; the
 * server rolls back what was open on it.
 */
final class DriverGuard {

    private static final Executor AT_ONCE = Runnable::run;

    /** A longer chain of causes is circular. */
    private static final int CAUSES = 16;

    /** The close of a socket of an unknown kind is abandoned after this time, in milliseconds. */
    private static final int CLOSE_LIMIT = 2_000;

    private final BaseConnection driver;
    private final DriverSockets sockets;
    private final AtomicInteger running = new AtomicInteger();
    private volatile String node = "";
    private volatile boolean destroyed;
    private volatile @Nullable Throwable fault;

    DriverGuard(BaseConnection driver, DriverSockets sockets) {
        this.driver = driver;
        this.sockets = sockets;
    }

    /**
     * Sets the node's name, for messages.
     *
     * @param name the name
     */
    void node(String name) {
        node = name;
    }

    /** A call into the driver. */
    @FunctionalInterface
    interface Call<T, E extends Throwable> {
        @Nullable
        T run() throws E;
    }

    /**
     * Calls the driver.
     *
     * @param call a call into the driver that may reach the server
     * @return its result
     * @throws E whatever it throws, unchanged; after anything but an SQLException the connection is closed
     */
    <T, E extends Throwable> @Nullable T call(Call<T, E> call) throws E {
        running.incrementAndGet();
        boolean inStep = false; // Stays false even if what follows the call fails, on a stack that is at its end.
        try {
            @Nullable T result = call.run();
            inStep = true;
            return result;
        } catch (Throwable problem) {
            boolean first = fault == null;
            if (first) {
                fault = problem;
            }
            if (problem instanceof SQLException e && staysInStep(e)) {
                fault = first ? null : fault;
                inStep = true;
            }
            throw problem;
        } finally {
            running.decrementAndGet();
            if (!inStep) {
                destroy();
            }
        }
    }

    /**
     * Calls the driver where it does not limit the wait: a write to a server that reads nothing.
     *
     * @param millis after this time, and up to a second, the connection is closed, which ends the call
     * @param call the call
     * @throws E whatever it throws
     */
    <E extends Throwable> void callWithin(int millis, Call<Object, E> call) throws E {
        AnswerLimit limit = new AnswerLimit(this); // That of the connection may be in use by another thread.
        limit.millis(millis);
        try {
            limit.call(call);
        } finally {
            limit.forget();
        }
    }

    /**
     * {@return whether no call runs in the driver at this moment} After the end of a use that does not change: later
     * calls are refused.
     */
    boolean isIdle() {
        return running.get() == 0;
    }

    /**
     * {@return whether the connection can still be used after an error} An error from the server has been read to its
     * end. An error of the driver is suspicious if it is about the conversation, or hides an Error.
     */
    private static boolean staysInStep(SQLException problem) {
        Throwable t = problem;
        for (int i = 0; t != null && i < CAUSES; i++) {
            if (t instanceof Error) {
                return false;
            }
            if (t instanceof PSQLException e
                    && e.getServerErrorMessage() == null
                    && String.valueOf(e.getSQLState()).startsWith("08")) {
                return false;
            }
            t = t.getCause();
        }
        return true;
    }

    /** {@return the driver's failure after which the connection was destroyed; null if there was none} */
    @Nullable
    Throwable fault() {
        return fault;
    }

    /** {@return whether the connection is closed, broken or destroyed; never throws} */
    boolean isClosed() {
        if (destroyed) {
            return true;
        }
        try {
            return driver.isClosed();
        } catch (SQLException | RuntimeException | Error e) {
            destroy();
            return true;
        }
    }

    /**
     * Closes the connection at once, from any thread; never throws, and waits for nothing that runs on it. Even if the
     * close fails, the connection is never used again.
     */
    void destroy() {
        destroyed = true;
        try {
            if (sockets.closeAtOnce()) {
                close();
            } else {
                closeOnAnotherThread();
            }
        } catch (RuntimeException | Error e) {
            return; // The pool closes it once more when it is returned.
        }
    }

    /** Closes the sockets first: a TLS close waits for a thread that writes, until the socket below is closed. */
    private void close() {
        sockets.close();
        try {
            driver.abort(AT_ONCE);
        } catch (SQLException e) {
            return; // The same.
        }
    }

    private void closeOnAnotherThread() {
        if (isClosedByDriver()) {
            return; // It has begun already.
        }
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closer = new Thread(
                () -> {
                    try {
                        close();
                    } finally {
                        closed.complete(null);
                    }
                },
                "postgres-xa-close");
        closer.setDaemon(true);
        closer.start();
        Uninterruptibles.await(closed, Duration.ofMillis(CLOSE_LIMIT));
    }

    private boolean isClosedByDriver() {
        try {
            return driver.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }

    /**
     * Fails if the connection was destroyed. Nothing may be sent over it then, even if it could not be closed.
     *
     * @throws SQLException if it was destroyed
     */
    void refuseIfDestroyed() throws SQLException {
        if (destroyed) {
            throw refusal(fault);
        }
    }

    /** {@return the error for a caller that has kept an object from an earlier use} */
    SQLException useHasEnded() {
        return new SQLException(
                ("%s: this object was made in a use of the connection that has ended, with its transaction or with"
                                + " close(): a connection held beyond its transaction, for example by an"
                                + " EntityManagerFactory without JTA. Others may use the connection now, so nothing"
                                + " was sent. Get a connection from the DataSource, and make the object again.")
                        .formatted(where()),
                "08003");
    }

    private String where() {
        return node.isEmpty() ? "this connection" : "the connection to node '%s'".formatted(node);
    }

    /** {@return the error that replaces an answer} */
    SQLException refusal(@Nullable Throwable why) {
        String where = where();
        return why == null
                ? new SQLException(where + " has been closed", "08003")
                : new SQLException(
                        where
                                + (" was closed because the driver failed in the middle of a call (%s). The server"
                                                + " rolls back what was open on it")
                                        .formatted(why),
                        "08006",
                        why);
    }
}
