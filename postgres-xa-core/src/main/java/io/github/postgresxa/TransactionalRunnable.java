package io.github.postgresxa;

/**
 * Work to run in a transaction, without a result.
 *
 * @param <X> what it may throw; {@code RuntimeException} if nothing is checked
 */
@FunctionalInterface
public interface TransactionalRunnable<X extends Exception> {

    /**
     * Does the work. The transaction commits if this returns, and rolls back if it throws anything.
     *
     * @throws X if the work failed
     */
    void run() throws X;
}
