package io.github.postgresxa.test.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One fault, armed by a {@link FaultPoint}. It strikes once. */
public final class Fault {

    /** What a fault does to the connection of its message. */
    @FunctionalInterface
    interface Action {
        void strike(ProxyConnection connection, Fault fault, WireMessage message)
                throws IOException, InterruptedException;
    }

    private final MessageFilter filter;
    private final Position position;
    private final Action action;
    private final CountDownLatch fired = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private int left;
    private volatile @Nullable WireMessage message;
    private volatile @Nullable Throwable failure;

    Fault(MessageFilter filter, int number, Position position, Action action) {
        this.filter = filter;
        this.left = number;
        this.position = position;
        this.action = action;
    }

    /** Called for every message, one at a time. */
    boolean claims(WireMessage candidate) {
        if (left == 0 || !filter.matches(candidate) || --left > 0) {
            return false;
        }
        message = candidate;
        return true;
    }

    Position position() {
        return position;
    }

    void strike(ProxyConnection connection, WireMessage at) throws IOException, InterruptedException {
        try {
            action.strike(connection, this, at);
        } catch (RuntimeException | Error e) {
            failure = e;
            connection.cut();
        } finally {
            fires();
        }
    }

    /** From now on it counts as struck: a client that its action cuts off may check at once. */
    void fires() {
        fired.countDown();
    }

    void hold(ProxyConnection connection) throws InterruptedException {
        connection.inFlight(() -> {
            fires();
            released.await();
        });
    }

    void delay(ProxyConnection connection, Duration time) throws InterruptedException {
        connection.inFlight(() -> {
            fires();
            released.await(time.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    /** {@return the message at which it strikes; empty until that message is sent} */
    public Optional<WireMessage> message() {
        return Optional.ofNullable(message);
    }

    /**
     * {@return whether it has struck: its callback has returned, its message is held, or its connection is cut}
     *
     * <p>If the server dies while it executes the message, the later positions are never reached.
     */
    public boolean hasFired() {
        return fired.getCount() == 0;
    }

    /**
     * Waits until it has struck.
     *
     * @param limit how long at most
     * @throws IllegalStateException if it does not strike in time, or if its callback threw something; that is the
     *     cause
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public void awaitFired(Duration limit) throws InterruptedException {
        if (!fired.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("not within %s: %s".formatted(limit, this));
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException("the callback failed: " + this, thrown);
        }
    }

    /** Delivers what this fault holds or delays. If it holds nothing yet, what it would hold later passes at once. */
    public void release() {
        released.countDown();
    }

    @Override
    public String toString() {
        WireMessage at = message;
        return "fault %s at %s%s"
                .formatted(
                        position,
                        at == null ? "a message that was not sent yet" : at,
                        hasFired() ? "" : ", not struck yet");
    }
}
