package io.github.postgresxa.branch;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is known after a verb was sent to a node.
 *
 * @param kind done, surely not done, or unknown
 * @param problem why it is not done; null if it is done
 */
public record VerbResult(Kind kind, @Nullable SQLException problem) {

    /** What is known. */
    public enum Kind {
        /** It is done, and as durable as PostgreSQL can make it. */
        DONE,
        /** It is surely not done and never will be: the transaction is rolled back on that node. */
        REFUSED,
        /** It may be done or not, or may be done later. */
        UNKNOWN
    }

    /** The reply was lost, long ago. */
    public static final VerbResult LOST = new VerbResult(Kind.UNKNOWN, null);

    static final VerbResult DONE = new VerbResult(Kind.DONE, null);

    /**
     * Creates the result of a verb that is surely not done.
     *
     * @param problem why
     * @return the result
     */
    public static VerbResult refused(SQLException problem) {
        return new VerbResult(Kind.REFUSED, problem);
    }

    static VerbResult unknown(SQLException problem) {
        return new VerbResult(Kind.UNKNOWN, problem);
    }

    /** {@return whether it is done} */
    public boolean done() {
        return kind == Kind.DONE;
    }
}
