package io.github.postgresxa;

/**
 * A commit ended in a rollback on all nodes because another transaction was in the way: a serialization failure, a deadlock, a lock that was
 * not free, an optimistic lock. The same work may well succeed when it is tried again.
 */
public final class ConflictException extends RolledBackException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message what happened
     * @param reason why
     */
    public ConflictException(String message, Throwable reason) {
        super(message, reason);
    }
}
