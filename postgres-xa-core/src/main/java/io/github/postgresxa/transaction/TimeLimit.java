package io.github.postgresxa.transaction;

import java.time.Duration;

/**
 * How long a transaction may take, and the moment at which that time is over.
 *
 * @param asked its whole timeout
 * @param end the moment, as {@link System#nanoTime} counts
 */
public record TimeLimit(Duration asked, long end) {

    /** As long as JTA can express. What is longer would overflow a clock that counts nanoseconds. */
    public static final Duration LONGEST = Duration.ofSeconds(Integer.MAX_VALUE);

    /**
     * Creates the limit of a transaction that begins now.
     *
     * @param asked its timeout; one beyond {@link #LONGEST} is cut to that
     * @return its limit
     */
    public static TimeLimit of(Duration asked) {
        return endsIn(asked, asked);
    }

    /**
     * Creates the limit of a transaction that began earlier.
     *
     * @param left what is left of its time, at most the whole; zero or less if it is over
     * @param asked its whole timeout
     * @return its limit
     */
    public static TimeLimit endsIn(Duration left, Duration asked) {
        return new TimeLimit(
                shorter(asked, LONGEST),
                System.nanoTime() + shorter(shorter(left, asked), LONGEST).toNanos());
    }

    /** {@return what is left now; zero or less if it is over} */
    public Duration left() {
        return Duration.ofNanos(end - System.nanoTime());
    }

    /** {@return whether its time is over} */
    public boolean isOver() {
        return end - System.nanoTime() <= 0;
    }

    /** {@return the shorter one} */
    public static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** {@return the timeout as people write it: whole seconds without a fraction} */
    String text() {
        long millis = asked.plusNanos(999_999).toMillis();
        return millis % 1000 == 0
                ? millis / 1000 + " s"
                : "%d.%03d s".formatted(millis / 1000, millis % 1000).replaceFirst("0+ s$", " s");
    }
}
