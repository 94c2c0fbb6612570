package io.github.postgresxa.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Limits a wait that the driver does not limit: for its own lock, which an open COPY holds. */
final class Watchdog {

    private Watchdog() {}

    /**
     * @param wire a wire
     * @param sql one or more statements
     * @param limit in milliseconds; after it the connection is closed
     * @return the answer, or that there is none
     */
    static Reply send(Wire wire, String sql, int limit) {
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
                    wire.abort(); // Ends a wait for the server,
                    sender.interrupt(); // and this one for the driver.
                },
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit));
    }

    /** Also on an interrupted thread: a verb that was sent is never left alone. */
    private static Reply await(CompletableFuture<Reply> reply, Runnable giveUp, long deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return reply.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    giveUp.run();
                    return reply.join();
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
