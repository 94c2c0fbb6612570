package io.github.postgresxa.spring.transaction;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.UnexpectedRollbackException;

/**
 * A commit ended in a rollback on all nodes because another transaction was in the way: a serialization failure, a deadlock, a lock that was
 * not free, an optimistic lock. The same work may well succeed when it is tried again. The cause is the {@link ConcurrencyFailureException} that
 * Spring has for it, so that retries that look at causes find it.
 */
public final class ConflictRollbackException extends UnexpectedRollbackException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what happened, and why
     * @param conflict the same in Spring's words
     */
    public ConflictRollbackException(String message, ConcurrencyFailureException conflict) {
        super(message, conflict);
    }
}
