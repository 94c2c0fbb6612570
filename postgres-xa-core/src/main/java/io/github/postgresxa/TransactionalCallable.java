package io.github.postgresxa;

import org.jspecify.annotations.Nullable;

/**
 * Work to run in a transaction, with a result.
 *
 * @param <T> the result
 * @param <X> what it may throw; {@code RuntimeException} if nothing is checked
 */
@FunctionalInterface
public interface TransactionalCallable<T extends @Nullable Object, X extends Exception> {

    /**
     * Does the work. The transaction commits if this returns, and rolls back if it throws anything.
     *
     * @return the result
     * @throws X if the work failed
     */
    T call() throws X;
}
