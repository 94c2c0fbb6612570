package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Limits a wait that the driver does not limit: the one for its own lock, which an open COPY holds. */
final class Watchdog {

    /**
     * A wait that survives the close of the connection and an interrupt is abandoned after this time, in milliseconds.
     */
    private static final int LAST = 5_000;

    private Watchdog() {}

    /**
     * Sends statements with a limit on the whole call.
     *
     * @param wire a wire
     * @param sql one or more statements
     * @param limit in milliseconds; after it the connection is closed
     * @return the answer, or that there is none
     */
    static Reply send(Wire wire, String sql, int limit) {
        try {
            return sendLimited(wire, sql, limit);
        } catch (RuntimeException | Error e) {
            // For example, there is no thread for it.
            wire.abort();
            return Reply.lost(e);
        }
    }

    private static Reply sendLimited(Wire wire, String sql, int limit) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        Thread sender = new Thread(
                () -> {
                    try {
                        reply.complete(wire.send(sql));
                    } catch (RuntimeException | Error e) {
                        reply.completeExceptionally(e);
                    }
                },
                "postgres-xa-verb");
        sender.setDaemon(true);
        sender.start();
        return await(
                reply,
                () -> {
                    // Ends a wait for the server.
                    wire.abort();
                    // Ends a wait for the driver.
                    sender.interrupt();
                },
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit));
    }

    /** Waits also on an interrupted thread: a verb that was sent is not abandoned before its limit. */
    private static Reply await(CompletableFuture<Reply> reply, Runnable giveUp, long limit) {
        long deadline = limit;
        boolean interrupted = false;
        boolean givenUp = false;
        try {
            while (true) {
                try {
                    return reply.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    if (givenUp) {
                        return Reply.lost(new SQLException(
                                "the driver did not answer, and its connection was closed", "08006", e));
                    }
                    givenUp = true;
                    giveUp.run();
                    deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST);
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
