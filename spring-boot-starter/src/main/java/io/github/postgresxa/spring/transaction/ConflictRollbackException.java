package io.github.postgresxa.spring.transaction;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.UnexpectedRollbackException;

/**
 * Reports that a commit ended in a rollback on all nodes because of a conflict with another transaction: a
 * serialization failure, a deadlock, a lock that was not free, an optimistic lock. A retry of the same work may
 * succeed. The cause is Spring's {@link ConcurrencyFailureException}, so that retries that check causes find it.
 */
public final class ConflictRollbackException extends UnexpectedRollbackException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, and why
     * @param conflict Spring's exception for the conflict
     */
    public ConflictRollbackException(String message, ConcurrencyFailureException conflict) {
        super(message, conflict);
    }
}
