package io.github.postgresxa.test.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the driver break: a read or write of its socket throws an {@link Error} or an unchecked exception, once, and
 * the socket keeps working. It represents all that can go wrong within the driver while the connection is healthy (a
 * {@link StackOverflowError} in a deep call, an {@link OutOfMemoryError}, a stream of the application): the driver is
 * out of step with its server, and neither it nor the server knows.
 *
 * <pre>{@code
 * try (BrokenSockets sockets = new BrokenSockets()) {
 *     // an application of this JVM works with sockets.way(east) and sockets.way(west)
 *     BrokenCall broken = sockets.at(call -> call.message().kind() == MessageKind.DECISION)
 *             .call(1, SocketMoment.AFTER_READ, StackOverflowError::new);
 *     …
 * }
 * }</pre>
 *
 * <p>It works without encryption only, and for clients of this JVM that use PostgreSQL's driver. All methods may be
 * called from any thread.
 */
public final class BrokenSockets implements AutoCloseable {

    private static final Map<String, BrokenSockets> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();

    private final String id = Long.toString(IDS.incrementAndGet());
    private final AtomicLong connections = new AtomicLong();
    private final List<BrokenCall> armed = new ArrayList<>();

    /** Makes sockets that work until one of their calls is chosen. */
    public BrokenSockets() {
        OPEN.put(id, this);
    }

    /** Some of the sockets' calls. */
    public final class Calls {

        private final Predicate<SocketCall> which;

        private Calls(Predicate<SocketCall> which) {
            this.which = which;
        }

        /**
         * Arms one failure.
         *
         * @param n counts these calls from 1, reads or writes as the moment says, from now on
         * @param moment in or around the call
         * @param what makes the exception that the driver gets, of any type
         * @return strikes once
         * @throws IllegalArgumentException if n is less than 1
         */
        public BrokenCall call(int n, SocketMoment moment, Supplier<? extends Throwable> what) {
            if (n < 1) {
                throw new IllegalArgumentException("calls are counted from 1, not from " + n);
            }
            BrokenCall broken = new BrokenCall(which, n, moment, what);
            synchronized (armed) {
                armed.add(broken);
            }
            return broken;
        }
    }

    /**
     * {@return the calls among which one can be broken}
     *
     * @param which picks calls
     */
    public Calls at(Predicate<SocketCall> which) {
        return new Calls(which);
    }

    /** Clears all failures: nothing strikes any more. */
    public void clear() {
        synchronized (armed) {
            armed.clear();
        }
    }

    /**
     * {@return the JDBC URL of the node, over these sockets and without encryption}
     *
     * @param node the name under which the calls appear
     * @param url a JDBC URL to it, directly or through a {@link FaultProxy}
     */
    public String way(String node, String url) {
        return url + (url.contains("?") ? '&' : '?') + parameters(node);
    }

    /**
     * {@return the parameters of a JDBC URL, without the character that separates them from the rest of it}
     *
     * @param node the name under which the calls appear
     */
    public String parameters(String node) {
        return "sslmode=disable&gssEncMode=disable&socketFactory=%s&socketFactoryArg=%s.%s"
                .formatted(BrokenSocketFactory.class.getName(), id, node);
    }

    /**
     * {@return the JDBC URL of the node through the proxy, over these sockets}
     *
     * @param proxy a proxy in front of a node
     */
    public String way(FaultProxy proxy) {
        return way(proxy.node().name(), proxy.jdbcUrl());
    }

    /** Nothing strikes any more, and no new connection is possible. */
    @Override
    public void close() {
        OPEN.remove(id);
        clear();
    }

    static BrokenSockets open(String id) {
        return Objects.requireNonNull(OPEN.get(id), "these sockets were closed");
    }

    long nextConnection() {
        return connections.incrementAndGet();
    }

    /** Called once for each read or write. */
    @Nullable
    BrokenCall at(SocketCall call) {
        synchronized (armed) {
            for (BrokenCall broken : armed) {
                if (broken.claims(call)) {
                    armed.remove(broken);
                    return broken;
                }
            }
            return null;
        }
    }
}
