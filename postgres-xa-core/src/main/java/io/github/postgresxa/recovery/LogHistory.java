package io.github.postgresxa.recovery;

import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.prepared.PreparedList;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far this process has seen a server's log. A flushed record is never lost within one incarnation, whatever
 * crashes: a server whose log ends before it runs on an older disk. Then it assigns xids again. The xids up to the
 * highest that it had assigned at the last scan, or has assigned since, prove nothing any more.
 */
final class LogHistory {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Map<String, Seen> seen = new HashMap<>();
    private volatile Seen present = new Seen();
    private volatile int timesBack;
    private volatile long wentBack;

    /** One incarnation. It is kept when another one follows: the first may come back, with what it has lost. */
    private static final class Seen {
        private long flushed;
        private Xid8 nextXid = Xid8.UNKNOWN;
        private volatile Xid8 doubtfulBelow = Xid8.UNKNOWN;
    }

    /**
     * Notes what the server showed. Calls come in the order in which it was read.
     *
     * @param node its name
     * @param now its incarnation
     * @param position where it is
     * @param nanos when, by the monotonic clock
     */
    synchronized void saw(String node, String now, PreparedList.Position position, long nanos) {
        Seen its = seen.computeIfAbsent(now, i -> new Seen());
        if (position.flushed() < its.flushed) {
            // What is assigned again by now may have been assigned before, after the last scan.
            its.doubtfulBelow = Xid8.max(its.doubtfulBelow, Xid8.max(its.nextXid, position.nextXid()));
            wentBack = nanos;
            timesBack++;
            LOG.error(LogMessages.WENT_BACK, node);
        }
        its.flushed = position.flushed();
        its.nextXid = Xid8.max(its.nextXid, position.nextXid());
        present = its;
    }

    /**
     * {@return whether what the server says about this xid is about the transaction that first had it, within the
     * present incarnation}
     */
    boolean vouchesFor(Xid8 xid) {
        return !present.doubtfulBelow.isAbove(xid);
    }

    /** {@return how often it went back in its present or an earlier incarnation} */
    int timesBack() {
        return timesBack;
    }

    /** {@return when it last went back, by the monotonic clock; only valid once it has happened} */
    long wentBack() {
        return wentBack;
    }
}
