package io.github.postgresxa.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.transaction.TimeLimit;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PunctualManagerTests {

    private final NotedManager noted = new NotedManager();

    private PunctualManager punctual(@Nullable Duration defaultTimeout) {
        noted.defaultTimeout = defaultTimeout;
        return new PunctualManager(noted);
    }

    /** {@return the time that a transaction has which begins in this way} */
    private Duration limit(PunctualManager manager, Begin begin) throws Exception {
        long before = System.nanoTime();
        begin.run();
        TimeLimit limit = Objects.requireNonNull(manager.limit(0));
        long after = System.nanoTime();
        assertThat(Duration.ofNanos(limit.end() - before))
                .as("no earlier than asked, counted from the begin")
                .isGreaterThanOrEqualTo(limit.asked());
        assertThat(Duration.ofNanos(limit.end() - after))
                .as("no later than asked, counted from the return of the begin")
                .isLessThanOrEqualTo(limit.asked());
        manager.rollback();
        return limit.asked();
    }

    private interface Begin {
        void run() throws Exception;
    }

    @Nested
    class TheTimeoutThatCounts {

        @Test
        void isTheOneOfTheTransactionItself() throws Exception {
            PunctualManager manager = punctual(Duration.ofSeconds(30));
            manager.setTransactionTimeout(7);
            assertThat(limit(manager, () -> manager.begin(Duration.ofMillis(500))))
                    .isEqualTo(Duration.ofMillis(500));
        }

        @Test
        void isElseTheOneOfTheThreadAsLongAsThatHasOne() throws Exception {
            PunctualManager manager = punctual(Duration.ofMillis(1500));
            manager.setTransactionTimeout(2);
            assertThat(limit(manager, manager::begin)).isEqualTo(Duration.ofSeconds(2));
            manager.begin(Duration.ofMillis(500));
            manager.rollback();
            assertThat(limit(manager, manager::begin)).as("again").isEqualTo(Duration.ofSeconds(2));
            manager.setTransactionTimeout(0);
            assertThat(limit(manager, manager::begin)).isEqualTo(Duration.ofMillis(1500));
        }

        @Test
        void isElseTheDefaultWithItsFraction() throws Exception {
            PunctualManager manager = punctual(Duration.ofMillis(1500));
            assertThat(limit(manager, manager::begin)).isEqualTo(Duration.ofMillis(1500));
        }

        @Test
        void isElseTheManagersOwn() throws Exception {
            PunctualManager manager = punctual(null);
            noted.transactionManager().setTransactionTimeout(9);
            manager.begin();
            assertThat(noted.timeout()).as("untouched").isEqualTo(9);
            assertThat(manager.limit(0)).isNull();
            assertThat(Objects.requireNonNull(manager.limit(9)).asked())
                    .as("what the manager gives to a resource")
                    .isEqualTo(Duration.ofSeconds(9));
        }

        @Test
        void isNoLongerThanTheManagerAllows() throws Exception {
            noted.longest = Duration.ofHours(1);
            PunctualManager manager = punctual(null);
            assertThat(limit(manager, () -> manager.begin(Duration.ofHours(2)))).isEqualTo(Duration.ofHours(1));
            assertThat(noted.timeout()).isEqualTo(3601);
        }

        @Test
        void mayBeAsLongAsItLikes() throws Exception {
            PunctualManager manager = punctual(null);
            assertThat(limit(manager, () -> manager.begin(Duration.ofSeconds(Long.MAX_VALUE))))
                    .isEqualTo(TimeLimit.LONGEST);
            assertThat(noted.timeout()).isEqualTo(Integer.MAX_VALUE);
            manager.setTransactionTimeout(Integer.MAX_VALUE);
            assertThat(limit(manager, manager::begin)).isEqualTo(TimeLimit.LONGEST);
        }
    }

    @Nested
    class TheManagersOwnTimeout {

        /** Atomikos is up to 150 ms early, Narayana 1 ms. */
        private static final Duration ROOM = Duration.ofMillis(500);

        @ParameterizedTest
        @ValueSource(longs = {1, 1_000, 499_999, 500_000, 999_999, 1_000_000, 1_000_001, 2_000_000, 5_000_000})
        void neverComesFirst(long micros) throws Exception {
            Duration asked = Duration.ofNanos(1_000 * micros);
            punctual(null).begin(asked);
            assertThat(Duration.ofSeconds(noted.timeout()))
                    .isBetween(asked.plus(ROOM), asked.plus(Duration.ofSeconds(2)));
        }

        @Test
        void isThatOfTheThreadAgainAfterwards() throws Exception {
            PunctualManager manager = punctual(null);
            manager.begin(Duration.ofMillis(500));
            assertThat(noted.ofThread()).isZero();
            manager.rollback();
            manager.setTransactionTimeout(7);
            assertThat(noted.ofThread()).isEqualTo(7);
            manager.begin();
            assertThat(noted.timeout()).isEqualTo(8);
            assertThat(noted.ofThread()).isEqualTo(7);
        }
    }
}
