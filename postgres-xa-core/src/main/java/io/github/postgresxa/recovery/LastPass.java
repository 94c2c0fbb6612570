package io.github.postgresxa.recovery;

import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.MonotonicClock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the last pass over a node ended, whether the node answered or not. A hanging thread or a stopped timer would
 * keep passes from ending and also from reporting it. So this needs no thread: the reader finds out.
 */
final class LastPass {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** The number of intervals without a finished pass that is too many. */
    private static final int INTERVALS = 10;

    /** It can take this long to give up a frozen server. */
    private static final Duration LEAST = Duration.ofMinutes(1);

    /** The number of intervals after which others do not count on a pass any more. */
    private static final int LATE_INTERVALS = 5;

    private static final Duration LEAST_LATE = Duration.ofSeconds(2);

    private final String node;
    private final Duration limit;
    private final Duration late;
    private final MonotonicClock clock;
    private volatile long finishedAt;
    private volatile Duration pause = Duration.ZERO;
    private boolean logged;

    LastPass(String node, Duration interval, MonotonicClock clock) {
        Duration many = interval.multipliedBy(INTERVALS);
        Duration few = interval.multipliedBy(LATE_INTERVALS);
        this.late = few.compareTo(LEAST_LATE) < 0 ? LEAST_LATE : few;
        this.node = node;
        this.limit = many.compareTo(LEAST) < 0 ? LEAST : many;
        this.clock = clock;
        this.finishedAt = clock.nanos();
    }

    /** Notes that a pass has ended. */
    void finished() {
        Duration age = age();
        finishedAt = clock.nanos();
        if (changes(false)) {
            LOG.info(LogMessages.STALLED_NO_MORE, node, age.toSeconds());
        }
    }

    /** Notes that the next pass begins only after a pause. It is overdue so much later. */
    void expectAfter(Duration next) {
        pause = next;
    }

    /** {@return the time since the last finished pass} */
    Duration age() {
        return Duration.ofNanos(clock.nanos() - finishedAt);
    }

    /** {@return whether the next pass should have ended by now: it hangs, or its node answers slowly} */
    boolean isLate() {
        return age().compareTo(late.plus(pause)) > 0;
    }

    /** {@return whether that is too long} The log gets one line when it begins. */
    boolean isOverdue() {
        Duration age = age();
        boolean overdue = age.compareTo(limit.plus(pause)) > 0;
        if (overdue && changes(true)) {
            LOG.error(LogMessages.STALLED, node, age.toSeconds());
        }
        return overdue;
    }

    /** {@return whether the log does not say so yet} */
    private synchronized boolean changes(boolean overdue) {
        boolean changed = logged != overdue;
        logged = overdue;
        return changed;
    }
}
