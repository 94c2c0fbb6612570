package io.github.postgresxa.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.node.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is planned for the end of a transaction's time. How late a busy machine does it is measured elsewhere. */
class DeadlinesTests {

    private final ExecutorService workers = Executors.newSingleThreadExecutor();
    private final Plans plans = new Plans();
    private final Timer timer = Timer.over(plans);
    private final GlobalTransaction transaction = new GlobalTransaction();

    /** Runs nothing by itself, and notes at which moment it should. */
    private static final class Plans extends ScheduledThreadPoolExecutor {

        private final List<Long> moments = new ArrayList<>();
        private final List<Runnable> tasks = new ArrayList<>();

        Plans() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            moments.add(System.nanoTime() + unit.toNanos(delay));
            tasks.add(task);
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }
    }

    @AfterEach
    void close() {
        timer.close();
        workers.shutdownNow();
    }

    private TimeLimit set(TimeLimit limit) {
        Deadlines deadlines = new Deadlines(timer, new Parallel(workers), workers, seconds -> limit);
        return Objects.requireNonNull(deadlines.set(transaction, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {500, 1_000, 2_000, 5_000})
    void theEndIsPlannedForTheMomentThatWasAskedFor(long millis) {
        TimeLimit limit = TimeLimit.of(Duration.ofMillis(millis));
        set(limit);
        long planned = plans.moments.get(0);
        assertThat(planned).as("never earlier").isGreaterThanOrEqualTo(limit.end());
        assertThat(Duration.ofNanos(planned - limit.end()))
                .as("but for the time that it takes to plan it, on a busy machine")
                .isLessThan(Duration.ofMillis(millis / 2));
        assertThat(transaction.phase()).isEqualTo(TransactionPhase.ACTIVE);
    }

    @Test
    void whatHasPassedSinceTheBeginCounts() {
        TimeLimit limit = TimeLimit.endsIn(Duration.ofSeconds(1), Duration.ofSeconds(9));
        set(limit);
        assertThat(Duration.ofNanos(plans.moments.get(0) - limit.end()))
                .isBetween(Duration.ZERO, Duration.ofSeconds(7));
    }

    @Test
    void aTransactionWhoseTimeIsOverBeforeItsFirstNodeEndsThere() {
        set(TimeLimit.endsIn(Duration.ofMillis(-1), Duration.ofMillis(500)));
        assertThat(transaction.phase()).isEqualTo(TransactionPhase.ABORTED);
        assertThat(transaction.abortReason())
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("took longer than its timeout of 0.5 s and is rolled back");
    }

    @Test
    void atTheEndItIsRolledBackAndSaysAfterWhatTime() throws Exception {
        set(TimeLimit.of(Duration.ofMillis(1500)));
        plans.tasks.get(0).run();
        workers.submit(() -> {}).get(10, TimeUnit.SECONDS);
        assertThat(transaction.phase()).isEqualTo(TransactionPhase.ABORTED);
        assertThat(transaction.abortReason()).hasMessageContaining("its timeout of 1.5 s");
    }

    @Test
    void timesAreWrittenAsPeopleWriteThem() {
        assertThat(List.of(500, 1_000, 1_250, 2_000, 60_000))
                .extracting(millis -> TimeLimit.of(Duration.ofMillis(millis)).text())
                .containsExactly("0.5 s", "1 s", "1.25 s", "2 s", "60 s");
        assertThat(TimeLimit.of(Duration.ofNanos(1)).text()).isEqualTo("0.001 s");
    }
}
