package io.github.postgresxa.node;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSourceListener;
import io.agroal.api.cache.Acquirable;
import io.agroal.api.cache.ConnectionCache;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever waits for a connection gets the next free one. Agroal (seen with 3.2.1) can miss a hand-over: a thread that has found every connection in use and is about to
 * wait is not seen by another that gives one back at that moment, so it waits for its whole limit beside a free connection, with locks on other nodes in its hands, and
 * who comes after it queues up behind it. Therefore, as long as somebody may be waiting, a free connection is taken and given back again: that hands it over.
 *
 * <p>It is the pool's cache only because a cache is asked before the queue: it has something to give to nobody but its own thread.
 */
final class ConnectionHandoff implements AgroalDataSourceListener, ConnectionCache {

    /** How long a hand-over that was missed may take, in milliseconds. */
    private static final long LOOK = 50;

    /** A look that was planned this long ago, in nanoseconds, does not come any more: there was no thread for it. */
    private static final long LOST = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(NodePool.class);

    private final Executor later;
    private final AtomicInteger asking = new AtomicInteger();
    private final AtomicLong planned = new AtomicLong();
    private final Set<Acquirable> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable AgroalDataSource pool;
    private volatile @Nullable Thread giver;
    private volatile @Nullable Acquirable free;

    /** @param executor runs a look that may close a broken connection */
    ConnectionHandoff(Executor executor) {
        this.later = CompletableFuture.delayedExecutor(
                LOOK, TimeUnit.MILLISECONDS, look -> Dispatch.run(executor, look, this::looked));
    }

    /** @param owner the pool that this was given to */
    void of(AgroalDataSource owner) {
        pool = owner;
    }

    /** Somebody asks the pool for a connection, until {@link #answered}. */
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
            Dispatch.run(later, this::check, () -> planned.set(0)); // Else whoever waits gets what comes back.
        }
    }

    /** One at a time, and again until nobody asks. */
    private void check() {
        AgroalDataSource owner = pool;
        try {
            if (owner != null && owner.getMetrics().awaitingCount() > 0) {
                connections.stream().filter(Acquirable::acquire).findFirst().ifPresent(c -> handOver(owner, c));
            }
        } finally {
            looked();
        }
    }

    private void looked() {
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
            LOG.debug("a connection could not be handed over", e); // It was broken, or the pool is closed.
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
            connections.removeIf(c -> !c.isAcquirable()); // Those that were closed since.
        }
    }

    @Override
    public void reset() {
        // Nothing is kept for anybody.
    }
}
