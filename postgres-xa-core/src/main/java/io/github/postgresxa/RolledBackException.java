package io.github.postgresxa;

import jakarta.transaction.RollbackException;

/**
 * A commit ended in a rollback on all nodes, with the reason. The message names the transaction, the node and the
 * reason; the cause is the original failure, for example the {@link java.sql.SQLException} of the node.
 */
public class RolledBackException extends RollbackException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened
     * @param reason why
     */
    @SuppressWarnings("this-escape") // RollbackException has no constructor with a cause.
    public RolledBackException(String message, Throwable reason) {
        super(message);
        initCause(reason);
    }
}
