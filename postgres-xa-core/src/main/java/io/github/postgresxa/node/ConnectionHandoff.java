package io.github.postgresxa.node;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSourceListener;
import io.agroal.api.cache.Acquirable;
import io.agroal.api.cache.ConnectionCache;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that a thread that waits for a connection gets the next free one. Agroal (seen with 3.2.1) can miss a
 * hand-over. A thread finds every connection in use and is about to wait; at that moment, another thread returns a
 * connection and does not see the first. The first thread then waits for its whole limit beside a free connection,
 * while it holds locks on other nodes, and later threads queue behind it. So, as long as a thread may be waiting, this
 * class takes a free connection and returns it again, which hands it over.
 *
 * <p>It acts as the pool's cache only because the pool asks a cache before its queue. It serves only its own thread.
 */
final class ConnectionHandoff implements AgroalDataSourceListener, ConnectionCache {

    /** How long a missed hand-over may take. */
    private static final Duration DELAY = Duration.ofMillis(50);

    /** A check that was planned this long ago, in nanoseconds, will not come: there was no thread for it. */
    private static final long LOST = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(NodePool.class);

    private final Executor later;
    private final AtomicInteger asking = new AtomicInteger();
    private final AtomicLong planned = new AtomicLong();
    private final Set<Acquirable> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable AgroalDataSource pool;
    private volatile @Nullable Thread giver;
    private volatile @Nullable Acquirable free;

    /**
     * Creates the handoff of one pool.
     *
     * @param executor runs a check, which may close a broken connection
     * @param timer plans it
     */
    ConnectionHandoff(Executor executor, Timer timer) {
        this.later = check -> timer.plan(DELAY, () -> Dispatch.run(executor, check, this::checked));
    }

    /**
     * Sets the pool.
     *
     * @param owner the pool that uses this object
     */
    void of(AgroalDataSource owner) {
        pool = owner;
    }

    /** Notes that a caller waits for a connection, until {@link #answered}. */
    void asked() {
        asking.incrementAndGet();
    }

    void answered() {
        asking.decrementAndGet();
    }

    @Override
    public void beforePoolBlock(long timeout) {
        plan();
    }

    private void plan() {
        long now = System.nanoTime() | 1;
        long before = planned.get();
        boolean comes = before != 0 && now - before < LOST;
        if (!comes && planned.compareAndSet(before, now)) {
            // Otherwise a waiting thread gets the next connection that is returned.
            Dispatch.run(later, this::check, () -> planned.set(0));
        }
    }

    /** Runs one check at a time, and repeats it while a caller waits. */
    private void check() {
        AgroalDataSource owner = pool;
        try {
            if (owner != null && owner.getMetrics().awaitingCount() > 0) {
                connections.stream().filter(Acquirable::acquire).findFirst().ifPresent(c -> handOver(owner, c));
            }
        } finally {
            checked();
        }
    }

    private void checked() {
        planned.set(0);
        if (asking.get() > 0) {
            plan();
        }
    }

    private void handOver(AgroalDataSource owner, Acquirable acquired) {
        free = acquired;
        giver = Thread.currentThread();
        try {
            owner.getConnection().close();
        } catch (SQLException e) {
            LOG.debug("a connection could not be handed over", e); // The connection was broken, or the pool is closed.
        } finally {
            giver = null;
            free = null;
        }
    }

    @Override
    public @Nullable Acquirable get() {
        if (Thread.currentThread() != giver) {
            return null;
        }
        Acquirable once = free;
        free = null;
        return once;
    }

    @Override
    public void put(Acquirable connection) {
        if (!connections.contains(connection) && connections.add(connection)) {
            connections.removeIf(c -> !c.isAcquirable()); // These were closed meanwhile.
        }
    }

    @Override
    public void reset() {
        // Nothing is kept.
    }
}
