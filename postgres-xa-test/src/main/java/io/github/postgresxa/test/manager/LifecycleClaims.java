package io.github.postgresxa.test.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** An application that ends, and starts again. */
@Subject("Shutdown and restart")
interface LifecycleClaims extends Claims {

    @Claim("An application that was closed and started again works as before; the old data sources refuse.")
    default void anApplicationCanBeStartedAgain() throws Exception {
        DataSource old = bed().application().dataSource("east");
        bed().restart();
        bed().begin();
        bed().transfer();
        bed().commit();
        bed().isTransferred();
        assertThatThrownBy(old::getConnection).isInstanceOf(SQLException.class);
    }

    @Claim("A shutdown waits for a transaction under way, which commits.")
    default void aShutdownWaitsForTransactions() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        FutureTask<@Nullable Void> transfer = TestBed.started(() -> {
            bed().begin();
            bed().add("east", -10);
            begun.countDown();
            await(closing);
            bed().add("west", 10);
            bed().commit();
            return null;
        });
        await(begun);
        closing.countDown();
        bed().restart();
        TestBed.result(transfer);
        bed().isTransferred();
    }

    @Claim("A shutdown does not wait for ever: a transaction that does not end is rolled back, its caller gets an"
            + " exception at its next statement and at `commit`, and nothing stays prepared or locked.")
    default void aShutdownCutsWhatDoesNotEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        ManagedApplication application = bed().application();
        FutureTask<Throwable[]> stuck = TestBed.started(() -> {
            application.userTransaction().begin();
            bed().transfer();
            begun.countDown();
            await(closed);
            return new Throwable[] {
                catchThrowable(() -> bed().add("west", 1)), catchThrowable(application.userTransaction()::commit)
            };
        });
        await(begun);
        long start = System.nanoTime();
        application.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        closed.countDown();
        assertThat(TestBed.result(stuck)).doesNotContainNull();
        bed().isUnlocked("east");
        bed().isUnlocked("west");
        bed().nothingIsPrepared();
        bed().isUnchanged();
        bed().restart();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(TestBed.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
}
