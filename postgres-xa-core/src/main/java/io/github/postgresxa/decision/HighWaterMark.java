package io.github.postgresxa.decision;

import io.github.postgresxa.gid.Xid8;
import org.jspecify.annotations.Nullable;

/**
 * The highest xid of any row C that was deleted. Above it, a missing row C was never written. At or below it, one may
 * have been carried out and deleted.
 *
 * @param xid that xid; null if none was ever deleted
 */
public record HighWaterMark(@Nullable Xid8 xid) {

    /** No row C was ever deleted. */
    public static final HighWaterMark NEVER_RAISED = new HighWaterMark(null);

    /**
     * Reads the column.
     *
     * @param text an xid, or null
     * @return the mark
     */
    static HighWaterMark parse(@Nullable String text) {
        return text == null ? NEVER_RAISED : new HighWaterMark(Xid8.parse(text));
    }

    /** {@return whether a row C was ever deleted} */
    public boolean wasRaised() {
        return xid != null;
    }

    /**
     * Whether a row C of a transaction may have been deleted.
     *
     * @param transaction an xid of the mark's server
     * @return whether the mark was raised to it, or above it
     */
    public boolean covers(Xid8 transaction) {
        return xid != null && !transaction.isAbove(xid);
    }
}
