package io.github.postgresxa.test.fault;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.server.OwnAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sits between applications and one node, on its own loopback port, and does what its {@link FaultPlan} says. It reads
 * PostgreSQL's message frames, so it knows what it loses, holds or delays. Without a fault it forwards everything
 * unchanged, even to a restarted node.
 *
 * <pre>{@code
 * FaultPlan plan = new FaultPlan();
 * try (FaultProxy toEast = FaultProxy.before(east, plan); FaultProxy toWest = FaultProxy.before(west, plan)) {
 *     // an application works with toEast.jdbcUrl() and toWest.jdbcUrl()
 *     Fault late = plan.at(MessageKind.DECISION).hold();
 *     …
 *     late.release();
 * }
 * }</pre>
 *
 * <p>Encrypted connections are declined. All methods may be called from any thread.
 */
public final class FaultProxy implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    private final PostgresNode node;
    private final FaultPlan plan;
    private final ServerSocket listener;
    private final Set<ProxyConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong roundTrips = new AtomicLong();
    private final Gate link = new Gate();
    private boolean silent;
    private volatile boolean partitioned;
    private volatile long distance;

    private FaultProxy(PostgresNode node, FaultPlan plan) {
        this.node = node;
        this.plan = plan;
        try {
            this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the proxy of " + node, e);
        }
        OwnAddresses.add(LOOPBACK, port());
    }

    /**
     * {@return a proxy with a new plan}
     *
     * @param node a node; it may be down, and restarted, at any time
     * @throws UncheckedIOException if there is no free port
     */
    public static FaultProxy before(PostgresNode node) {
        return before(node, new FaultPlan());
    }

    /**
     * {@return a proxy with this plan}
     *
     * @param node a node; it may be down, and restarted, at any time
     * @param plan a plan that other proxies may share
     * @throws UncheckedIOException if there is no free port
     */
    public static FaultProxy before(PostgresNode node, FaultPlan plan) {
        FaultProxy proxy = new FaultProxy(node, plan);
        proxy.thread("proxy of " + node.name(), proxy::accept);
        return proxy;
    }

    /** {@return the node behind it} */
    public PostgresNode node() {
        return node;
    }

    /** {@return the plan that says which faults strike here} */
    public FaultPlan plan() {
        return plan;
    }

    /** {@return the port that it listens on} */
    public int port() {
        return listener.getLocalPort();
    }

    /** {@return the JDBC URL of the node's database through this proxy, without credentials and without encryption} */
    public String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s?sslmode=disable&gssEncMode=disable"
                .formatted(LOOPBACK, port(), node.database());
    }

    /**
     * {@return how often a client sent messages and then waited: several at once are one round trip, a login is none}
     */
    public long roundTrips() {
        return roundTrips.get();
    }

    /** {@return how many connections are open} */
    public int connections() {
        return connections.size();
    }

    /**
     * Moves the node away from now on: what a client sends before it waits for an answer arrives later by this time. A
     * login is not delayed.
     *
     * @param roundTrip the additional time of each round trip; zero for none
     */
    public void distance(Duration roundTrip) {
        distance = roundTrip.toNanos();
    }

    /** Ends all connections now, on both sides. A held message still reaches the server when it is released. */
    public void cut() {
        connections.forEach(ProxyConnection::cut);
    }

    /** Ends all connections now and refuses new ones (they are reset at once), until {@link #heal}. */
    public void partition() {
        partitioned = true;
        cut();
    }

    /**
     * Silences the link in both directions until {@link #heal}: connections stay open, new ones are accepted, but no
     * byte and no end of a connection passes.
     */
    public synchronized void blackHole() {
        if (!silent) {
            silent = true;
            link.shut();
        }
    }

    /**
     * Ends {@link #partition} and {@link #blackHole}. What was sent into the silence is delivered now, as TCP would
     * deliver it.
     */
    public synchronized void heal() {
        partitioned = false;
        if (silent) {
            silent = false;
            link.open();
        }
    }

    /** Closes the port and all connections, as {@link #cut} does. The plan continues for other proxies. */
    @Override
    public void close() {
        try {
            OwnAddresses.remove(LOOPBACK, port());
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
            heal();
        }
    }

    String host() {
        return URI.create(node.jdbcUrl().substring("jdbc:".length())).getHost();
    }

    Gate link() {
        return link;
    }

    void travel() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(distance);
    }

    void countRoundTrip() {
        roundTrips.incrementAndGet();
    }

    void ended(ProxyConnection connection) {
        connections.remove(connection);
    }

    void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                accept(listener.accept());
            }
        } catch (IOException closed) {
            cut();
        }
    }

    private void accept(Socket client) throws IOException {
        if (partitioned) {
            client.setSoLinger(true, 0);
            client.close();
            return;
        }
        client.setTcpNoDelay(true);
        ProxyConnection connection = new ProxyConnection(this, opened.incrementAndGet(), client);
        connections.add(connection);
        if (partitioned) {
            connection.cut(); // partition() may have missed it
        }
        thread("requests to " + node.name(), connection::requests);
    }
}
