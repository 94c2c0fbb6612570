package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClosingTests {

    private final Closing closing = new Closing();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void afterAFirstCloseThatFailedNothingIsLeftToDo() {
        assertThat(closing.begin()).isTrue();
        assertThatThrownBy(() -> closing.run(
                        () -> {
                            throw new LinkageError("the wait broke");
                        },
                        () -> {
                            closed.incrementAndGet();
                            throw new StackOverflowError("the close broke");
                        }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(closed).as("the parts are closed, also if the wait fails").hasValue(1);
        assertThat(closing.begin()).isFalse();
        assertThat(closing.isUnderWayElsewhere()).isFalse();
        CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(closing::isUnderWayElsewhere);
        assertThat(other).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(false);
    }

    @Test
    void oneOfTwoThreadsClosesAndTheOtherWaitsForIt() throws Exception {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> {
            assertThat(closing.begin()).isTrue();
            closing.run(
                    () -> {
                        assertThat(closing.isUnderWayElsewhere())
                                .as("a callback")
                                .isFalse();
                        under.countDown();
                        awaited(end);
                    },
                    closed::incrementAndGet);
        });
        awaited(under);
        assertThat(closing.begin()).isFalse();
        assertThat(closing.isUnderWayElsewhere()).isTrue();
        end.countDown();
        closing.await(Duration.ofSeconds(20));
        assertThat(closed).hasValue(1);
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
