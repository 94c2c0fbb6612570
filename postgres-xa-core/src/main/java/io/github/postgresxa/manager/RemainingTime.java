package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a transaction that the application, or a server, began past us. JTA does not tell; the transactions
 * of some managers do ({@link TimeTeller}).
 */
final class RemainingTime {

    private final TransactionManager manager;

    /** Of this instance: a class of a server that kept a teller would keep the application's class loader with it. */
    private final Map<Class<?>, Optional<TimeTeller>> tellers = new ConcurrentHashMap<>();

    /**
     * @param manager whose transactions are asked
     */
    RemainingTime(TransactionManager manager) {
        this.manager = manager;
    }

    /**
     * Returns the limit of the calling thread's transaction.
     *
     * @param passed the timeout in seconds that the manager passed to a resource; 0 if there was none
     * @return its limit, no earlier than it was asked for; null if it has none, or none is known
     */
    @Nullable
    TimeLimit ofCurrent(int passed) {
        try {
            Transaction current = manager.getTransaction();
            if (current == null) {
                return null;
            }
            TimeTeller teller = teller(current).orElse(null);
            return teller == null ? null : teller.limit(current, passed);
        } catch (SystemException | ReflectiveOperationException | RuntimeException e) {
            return null; // For example, a module that is closed.
        }
    }

    /** {@return whether the calling thread's transaction is of a kind that tells its time} */
    boolean isTold() {
        try {
            Transaction current = manager.getTransaction();
            return current != null && teller(current).isPresent();
        } catch (SystemException | RuntimeException e) {
            return false;
        }
    }

    private Optional<TimeTeller> teller(Transaction transaction) {
        return tellers.computeIfAbsent(transaction.getClass(), TimeTeller::of);
    }
}
