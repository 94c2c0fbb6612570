package io.github.postgresxa.transaction;

import jakarta.transaction.HeuristicMixedException;

/**
 * The embedded manager does not know its own decision: it was sent, and its reply is lost for good. Either all commits
 * or nothing does.
 */
public final class UndecidedByManagerException extends HeuristicMixedException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the report.
     *
     * @param why what is not known, and why; the end of a sentence
     * @param cause what the manager itself reported
     */
    public UndecidedByManagerException(String why, Throwable cause) {
        super(why);
        initCause(cause);
    }
}
