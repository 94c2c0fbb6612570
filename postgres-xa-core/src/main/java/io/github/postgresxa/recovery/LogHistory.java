package io.github.postgresxa.recovery;

import io.github.postgresxa.log.LogMessages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far this process has seen a server's log. What was flushed is never lost within one incarnation, whatever crashes: a server whose log ends before that was given an
 * older disk. Then its xids are given away again, and those up to the highest that was seen prove nothing any more.
 */
final class LogHistory {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private String incarnation = "";
    private long flushed;
    private long nextXid;
    private volatile long doubtfulBelow;
    private volatile int timesBack;
    private volatile long wentBack;

    /**
     * What the server showed, in the order in which it was read.
     *
     * @param node its name
     * @param now its incarnation
     * @param position where it is
     * @param nanos when, by the monotonic clock
     */
    synchronized void saw(String node, String now, PreparedList.Position position, long nanos) {
        if (!now.equals(incarnation)) {
            incarnation = now;
            nextXid = 0;
            doubtfulBelow = 0;
        } else if (position.flushed() < flushed) {
            doubtfulBelow = Math.max(doubtfulBelow, nextXid);
            wentBack = nanos;
            timesBack++;
            LOG.error(LogMessages.WENT_BACK, node);
        }
        flushed = position.flushed();
        nextXid = Math.max(nextXid, position.nextXid());
    }

    /** {@return whether what the server says of this xid is about the transaction that once had it, within the present incarnation} */
    boolean vouchesFor(long xid) {
        return xid >= doubtfulBelow;
    }

    /** {@return how often it went back in its present or an earlier incarnation} */
    int timesBack() {
        return timesBack;
    }

    /** {@return when that was noticed last, by the monotonic clock; it means something once it has happened} */
    long wentBack() {
        return wentBack;
    }
}
