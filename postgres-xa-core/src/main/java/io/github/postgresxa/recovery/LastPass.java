package io.github.postgresxa.recovery;

import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.MonotonicClock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When a node was last looked at, from beginning to end, whether it answered or not. What keeps passes from being finished
 * would also keep them from telling so: a thread that hangs, a timer that stopped. So it needs no thread: whoever reads
 * finds out.
 */
final class LastPass {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** Intervals without a finished pass that are too many. */
    private static final int INTERVALS = 10;

    /** A server that is frozen can take as long as this to be given up. */
    private static final Duration LEAST = Duration.ofMinutes(1);

    private final String node;
    private final Duration limit;
    private final MonotonicClock clock;
    private volatile long finishedAt;
    private boolean told;

    LastPass(String node, Duration interval, MonotonicClock clock) {
        Duration many = interval.multipliedBy(INTERVALS);
        this.node = node;
        this.limit = many.compareTo(LEAST) < 0 ? LEAST : many;
        this.clock = clock;
        this.finishedAt = clock.nanos();
    }

    /** A pass has ended. */
    void finished() {
        Duration age = age();
        finishedAt = clock.nanos();
        if (tell(false)) {
            LOG.info(LogMessages.STALLED_NO_MORE, node, age.toSeconds());
        }
    }

    /** {@return how long ago the last one was finished} */
    Duration age() {
        return Duration.ofNanos(clock.nanos() - finishedAt);
    }

    /** {@return whether that is too long} The log is told once when it begins. */
    boolean isOverdue() {
        Duration age = age();
        boolean overdue = age.compareTo(limit) > 0;
        if (overdue && tell(true)) {
            LOG.error(LogMessages.STALLED, node, age.toSeconds());
        }
        return overdue;
    }

    /** {@return whether that is news} */
    private synchronized boolean tell(boolean now) {
        boolean news = told != now;
        told = now;
        return news;
    }
}
