package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.node.Burst;

/** The queries of a burst on the log whose answers are read. */
enum LogQuery implements Burst.Name {
    /** The database's identity and its mark. */
    HOME,
    /** Rows of the log. */
    ROWS,
    /** The marks of participants. */
    MARKS,
    /** Local transactions that have written and not ended, and signs of life. */
    AT_WORK,
    /** The length of the table, in blocks. */
    LENGTH,
    /** Participants and incarnations that rows name. */
    INCARNATIONS,
    /** The database's identity alone. */
    IDENTITY,
    /** An INSERT whose tag tells whether it wrote. */
    WRITTEN;

    /** The INSERT of a row A. */
    record Abort(TransactionId id) implements Burst.Name {}
}
