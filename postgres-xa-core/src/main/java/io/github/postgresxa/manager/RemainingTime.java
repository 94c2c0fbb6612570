package io.github.postgresxa.manager;

import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a transaction that the application began past us. JTA does not tell; Narayana's transactions have a
 * method for it. It is found by its name, because the core does not know Narayana.
 */
final class RemainingTime {

    private static final String NARAYANAS = "getRemainingTimeoutMills";

    /** Narayana counts in milliseconds of the wall clock, cut off. */
    private static final long CUT_OFF = 1;

    private static final ClassValue<Optional<Method>> METHODS = new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
            return method(type);
        }
    };

    private RemainingTime() {}

    private static Optional<Method> method(Class<?> type) {
        try {
            Method method = type.getMethod(NARAYANAS);
            return method.getReturnType() == long.class ? Optional.of(method) : Optional.empty();
        } catch (NoSuchMethodException | SecurityException | LinkageError e) {
            return Optional.empty();
        }
    }

    /** {@return what is left of the calling thread's transaction, not less than that; null if it is not known} */
    static @Nullable Duration ofCurrent(TransactionManager manager) {
        try {
            Transaction current = manager.getTransaction();
            return current == null ? null : of(current);
        } catch (SystemException e) {
            return null;
        }
    }

    static @Nullable Duration of(Transaction transaction) {
        Method method = METHODS.get(transaction.getClass()).orElse(null);
        try {
            // Narayana answers 0 if the transaction has no timeout.
            return method != null && method.invoke(transaction) instanceof Long millis && millis != 0
                    ? Duration.ofMillis(millis + CUT_OFF)
                    : null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null; // For example, a module that is closed.
        }
    }
}
