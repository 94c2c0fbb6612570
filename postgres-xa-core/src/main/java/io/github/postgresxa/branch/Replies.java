package io.github.postgresxa.branch;

import io.github.postgresxa.node.Reply;

/**
 * What a server's reply to a verb of the protocol means. There is one rule for each verb, stricter than the driver's: a
 * code never replaces a fact that was not checked.
 */
final class Replies {

    private Replies() {}

    /**
     * Reads the reply to PREPARE TRANSACTION. In a failed block the server answers with the tag ROLLBACK and no error,
     * so the tag decides. A cancelled wait for the standby is not a success, and an unexpected answer proves nothing.
     * After an error nothing is certain if the connection is gone, or if a cancel request could have arrived after the
     * record was written.
     */
    static VerbResult toPrepare(Reply reply) {
        if (reply.endedWith("PREPARE TRANSACTION")) {
            return VerbResult.DONE;
        }
        boolean mayBePrepared = reply.gone()
                || reply.standbyMissed() != null
                || reply.sqlState().startsWith("57")
                || reply.sqlState().startsWith("08");
        boolean surelyNot = reply.error() != null || reply.endedWith("ROLLBACK");
        return surelyNot && !mayBePrepared
                ? VerbResult.refused(reply.problem("PREPARE TRANSACTION"))
                : VerbResult.unknown(reply.problem("PREPARE TRANSACTION"));
    }

    /** Reads the reply to the decision burst: INSERT, then COMMIT. */
    static VerbResult toDecide(Reply reply) {
        if (reply.endedWith("COMMIT") && reply.tags().contains("INSERT 0 1")) {
            return VerbResult.DONE;
        }
        return notCommitted(reply, "the decision");
    }

    /** Reads the reply to the COMMIT of a branch that was not prepared. */
    static VerbResult toCommit(Reply reply) {
        return reply.endedWith("COMMIT") ? VerbResult.DONE : notCommitted(reply, "COMMIT");
    }

    private static VerbResult notCommitted(Reply reply, String what) {
        return reply.isSurelyRolledBack()
                ? VerbResult.refused(reply.problem(what))
                : VerbResult.unknown(reply.problem(what));
    }

    /**
     * Reads the reply to COMMIT PREPARED or ROLLBACK PREPARED. "No such prepared transaction" (42704) is not done:
     * someone else may have finished it, either way, or a failover may have lost it.
     */
    static VerbResult toFinish(Reply reply, String tag) {
        return reply.endedWith(tag) ? VerbResult.DONE : VerbResult.unknown(reply.problem(tag));
    }
}
