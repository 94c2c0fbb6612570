package io.github.postgresxa.transaction;

import java.time.Duration;

/**
 * How long a transaction may take.
 *
 * @param asked its whole timeout, as requested when it began
 * @param left what is left of it now; zero or less if it is over
 */
public record TimeLimit(Duration asked, Duration left) {

    /**
     * Creates the limit of a transaction that begins now.
     *
     * @param whole its timeout
     * @return its limit
     */
    public static TimeLimit of(Duration whole) {
        return new TimeLimit(whole, whole);
    }
}
