package io.github.postgresxa.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DispatchTests {

    private static final Executor NO_THREAD = task -> {
        throw new OutOfMemoryError("unable to create native thread");
    };

    /** Takes the task, and fails anyway. */
    private static final Executor TAKES_AND_FAILS = task -> {
        task.run();
        throw new OutOfMemoryError("unable to create native thread");
    };

    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void aTaskRunsOnceWhateverTheExecutorDoes() {
        Dispatch.somewhere(NO_THREAD, runs::incrementAndGet);
        assertThat(runs).hasValue(1);
        Dispatch.somewhere(TAKES_AND_FAILS, runs::incrementAndGet);
        assertThat(runs).hasValue(2);
        Dispatch.somewhere(Runnable::run, runs::incrementAndGet);
        assertThat(runs).hasValue(3);
    }

    @Test
    void aClaimIsFreeAgainWhateverHappened() {
        Claim claim = Claim.on(taken, "east");
        for (Executor executor : new Executor[] {NO_THREAD, TAKES_AND_FAILS, Runnable::run}) {
            assertThat(Dispatch.once(executor, claim, runs::incrementAndGet)).isCompleted();
            assertThat(taken).isEmpty();
            assertThat(Dispatch.once(executor, claim, () -> {
                        throw new StackOverflowError();
                    }))
                    .isCompleted();
            assertThat(taken).isEmpty();
        }
        assertThat(runs).hasValue(2);
    }

    @Test
    void whoeverHoldsTheClaimIsAlone() {
        Claim claim = Claim.on(taken, "east");
        CompletableFuture<Void> outer =
                Dispatch.once(Runnable::run, claim, () -> Dispatch.once(Runnable::run, claim, runs::incrementAndGet));
        assertThat(outer).isCompleted();
        assertThat(runs).hasValue(0);
    }

    @Test
    void whatATimerRepeatsGoesOnAfterAnything() throws Exception {
        CountDownLatch thrice = new CountDownLatch(3);
        try (Timer timer = Timer.start("test")) {
            timer.repeat(Duration.ofMillis(1), Duration.ofMillis(1), () -> {
                thrice.countDown();
                throw new OutOfMemoryError("unable to create native thread");
            });
            assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
