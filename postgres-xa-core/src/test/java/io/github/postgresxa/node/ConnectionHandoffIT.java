package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSourceListener;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.xa.PGXADataSource;

/**
 * The moment that Agroal misses lasts as long as the test wants: a connection comes back after a thread has found
 * none and before it waits.
 */
@PostgresNodes("east")
class ConnectionHandoffIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CountDownLatch foundNone = new CountDownLatch(1);
    private final CountDownLatch cameBack = new CountDownLatch(1);
    private final Timer timer = Timer.start("test");
    private volatile boolean inUse;

    /** Holds a thread that is about to wait, once the connection is in use. */
    private final AgroalDataSourceListener moment = new AgroalDataSourceListener() {
        @Override
        public void beforePoolBlock(long timeout) {
            if (!inUse) {
                // The connection is new.
                return;
            }
            foundNone.countDown();
            try {
                cameBack.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    };

    private AgroalDataSource pool(
            PostgresNode node, Duration limit, ConnectionCache cache, AgroalDataSourceListener... listeners)
            throws SQLException {
        return AgroalDataSource.from(
                new AgroalDataSourceConfigurationSupplier()
                        .metricsEnabled(true)
                        .connectionPoolConfiguration(c -> c.maxSize(1)
                                .acquisitionTimeout(limit)
                                .connectionCache(cache)
                                .connectionFactoryConfiguration(f -> f.connectionProviderClass(PGXADataSource.class)
                                        .jdbcUrl(node.jdbcUrl())
                                        .principal(new NamePrincipal(node.username()))
                                        .credential(new SimplePassword(node.password())))),
                listeners);
    }

    /** {@return the fate of a thread that was held at that moment} */
    private CompletableFuture<Void> missed(AgroalDataSource pool) throws Exception {
        Connection only = pool.getConnection();
        inUse = true;
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
            try {
                pool.getConnection().close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(foundNone.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        only.close();
        cameBack.countDown();
        return second;
    }

    @AfterEach
    void close() {
        timer.close();
    }

    /** If this fails, the pool has fixed it, and {@link ConnectionHandoff} can go. */
    @Test
    void thePoolAloneLetsItWaitBesideAFreeConnection(PostgresNode east) throws Exception {
        Duration limit = Duration.ofSeconds(1);
        try (AgroalDataSource pool = pool(east, limit, ConnectionCache.none(), moment)) {
            CompletableFuture<Void> second = missed(pool);
            CompletableFuture<Object> first = CompletableFuture.anyOf(
                    second,
                    CompletableFuture.runAsync(
                            () -> {}, CompletableFuture.delayedExecutor(limit.toMillis() / 2, TimeUnit.MILLISECONDS)));
            first.join();
            assertThat(second).isNotDone();
            assertThat(pool.getMetrics().availableCount()).isEqualTo(1);
            // Its limit is over, and it tries once more.
            second.join();
        }
    }

    @Test
    void itIsHandedOverLongBeforeTheLimit(PostgresNode east) throws Exception {
        ExecutorService workers = Executors.newCachedThreadPool();
        ConnectionHandoff handOver = new ConnectionHandoff(workers, timer);
        try (AgroalDataSource pool = pool(east, LIMIT.multipliedBy(10), handOver, handOver, moment)) {
            handOver.of(pool);
            handOver.asked();
            missed(pool).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            handOver.answered();
        } finally {
            workers.shutdown();
        }
    }

    /**
     * Many threads compete for one connection, again and again: none waits until the limit, and nothing is handed
     * out twice.
     */
    @Test
    void whoeverWaitsIsServed(PostgresNode east) throws Exception {
        int threads = 8;
        int rounds = 2_000;
        ExecutorService workers = Executors.newCachedThreadPool();
        ConnectionHandoff handOver = new ConnectionHandoff(workers, timer);
        Phaser together = new Phaser(threads);
        AtomicInteger inside = new AtomicInteger();
        try (AgroalDataSource pool = pool(east, LIMIT.multipliedBy(10), handOver, handOver)) {
            handOver.of(pool);
            CompletableFuture<?>[] all = new CompletableFuture<?>[threads];
            for (int t = 0; t < threads; t++) {
                all[t] = CompletableFuture.runAsync(
                        () -> {
                            for (int round = 0; round < rounds; round++) {
                                together.arriveAndAwaitAdvance();
                                take(pool, handOver, inside);
                            }
                        },
                        workers);
            }
            CompletableFuture.allOf(all).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(pool.getMetrics().activeCount()).isZero();
            assertThat(pool.getMetrics().creationCount()).isEqualTo(1);
        } finally {
            workers.shutdown();
        }
    }

    private static void take(AgroalDataSource pool, ConnectionHandoff handOver, AtomicInteger inside) {
        handOver.asked();
        try (Connection connection = pool.getConnection()) {
            handOver.answered();
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            assertThat(connection.isClosed()).isFalse();
            inside.decrementAndGet();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
