package io.github.postgresxa.branch;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is known after a verb was sent to a node.
 *
 * @param kind done, surely not done, or unknown
 * @param problem why it is not done; null if it is
 */
public record Answer(Kind kind, @Nullable SQLException problem) {

    /** What is known. */
    public enum Kind {
        /** It is done, and as durable as PostgreSQL can make it. */
        DONE,
        /** It is surely not done and never will be: the transaction is rolled back on that node. */
        REFUSED,
        /** It may be done or not, or be done later. */
        UNKNOWN
    }

    /** The reply was lost, long ago. */
    public static final Answer LOST = new Answer(Kind.UNKNOWN, null);

    static final Answer DONE = new Answer(Kind.DONE, null);

    static Answer refused(SQLException problem) {
        return new Answer(Kind.REFUSED, problem);
    }

    static Answer unknown(SQLException problem) {
        return new Answer(Kind.UNKNOWN, problem);
    }

    /** {@return whether it is done} */
    public boolean done() {
        return kind == Kind.DONE;
    }
}
