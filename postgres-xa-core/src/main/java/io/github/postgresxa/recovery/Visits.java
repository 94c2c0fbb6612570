package io.github.postgresxa.recovery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The time between visits to a node that other sessions watch, counted in ticks of the timer and spread by chance. */
final class Visits {

    /** The longest mean time between two visits, in ticks, and as a time. */
    private static final int RARELY = 60;

    private static final Duration RARELY_TIME = Duration.ofSeconds(60);

    private static final int FIRST_WAIT = 8;

    /** The most doublings of the wait that make a difference. */
    private static final int DOUBLINGS = 3;

    /** As often in the longest time as this a database is visited that this process watches from another one. */
    private static final int WHILE_WATCHED = 2;

    /** As many times longer as this the pause is for a database that follows one which is only visited itself. */
    private static final int WHILE_VISITED = 5;

    private final int longest;
    private int waits;

    /**
     * Creates the visits of one node.
     *
     * @param interval the time between two ticks
     */
    Visits(Duration interval) {
        this.longest = (int) Math.max(1, Math.min(RARELY, RARELY_TIME.dividedBy(interval)));
    }

    /** Begins anew with short pauses. */
    void reset() {
        waits = 0;
    }

    /** {@return the pause before the next visit, longer each time up to about a minute} */
    int next() {
        int wait = FIRST_WAIT << waits;
        waits = Math.min(waits + 1, DOUBLINGS);
        return spread(Math.min(longest, wait));
    }

    /**
     * Returns the pause before the next visit to a database that follows another one.
     *
     * @param visited whether that one is only visited itself
     * @return the pause
     */
    int nextOfFollower(boolean visited) {
        return spread(visited ? longest * WHILE_VISITED : Math.max(1, longest / WHILE_WATCHED));
    }

    /** {@return about as many, so that instances that began together do not come together again} */
    static int spread(int number) {
        return Math.max(1, (int) (number * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }
}
