package io.github.postgresxa.decision;

import io.github.postgresxa.node.Reply;
import java.sql.SQLException;

/**
 * A COMMIT of the decision schema was sent, and its answer does not say whether it was carried out, or whether it
 * reached the synchronous standby: what it was to write may exist, or come to exist.
 */
public final class UnconfirmedCommitException extends SQLException {

    private static final long serialVersionUID = 1L;

    private UnconfirmedCommitException(SQLException problem) {
        super(problem.getMessage(), problem.getSQLState(), problem);
    }

    /**
     * Reports that what stands in the way of a row could not be read: it may be the row itself.
     *
     * @param problem why
     * @return the problem
     */
    static UnconfirmedCommitException notRead(SQLException problem) {
        return new UnconfirmedCommitException(problem);
    }

    /**
     * Judges a reply that is not the one expected.
     *
     * @param reply the reply to statements that end with COMMIT
     * @param what what was sent
     * @return the problem: an {@link UnconfirmedCommitException} unless nothing was committed, for sure
     */
    static SQLException of(Reply reply, String what) {
        SQLException problem = reply.problem(what);
        return reply.isSurelyRolledBack() ? problem : new UnconfirmedCommitException(problem);
    }
}
