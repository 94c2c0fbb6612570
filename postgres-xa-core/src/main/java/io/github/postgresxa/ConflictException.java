package io.github.postgresxa;

/**
 * A commit ended in a rollback on all nodes because of another transaction: a serialization failure, a deadlock, a lock
 * that was not free, an optimistic lock. A retry of the same work may succeed.
 */
public final class ConflictException extends RolledBackException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened
     * @param reason why
     */
    public ConflictException(String message, Throwable reason) {
        super(message, reason);
    }
}
