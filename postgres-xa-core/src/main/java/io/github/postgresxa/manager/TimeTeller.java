package io.github.postgresxa.manager;

import io.github.postgresxa.transaction.TimeLimit;
import jakarta.transaction.Transaction;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the time limit of one kind of transaction, through methods that JTA does not have. They are found by their
 * names, because the core knows no class of a server.
 */
interface TimeTeller {

    /**
     * Returns the time limit of a transaction.
     *
     * @param transaction a transaction of the kind
     * @param passed the timeout in seconds that its manager passed to a resource; 0 if there was none
     * @return its limit, no earlier than it was asked for; null if it tells none
     * @throws ReflectiveOperationException if it cannot be asked
     */
    @Nullable
    TimeLimit limit(Transaction transaction, int passed) throws ReflectiveOperationException;

    /** {@return the teller for transactions of a class; empty if they tell nothing that is known here} */
    static Optional<TimeTeller> of(Class<?> type) {
        return Stream.of(Narayana.of(type), PayaraGlassFish.of(type), Liberty.of(type))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** {@return the public method with this name and result; null if the class has none} */
    private static @Nullable Method method(Class<?> type, String name, Class<?> result) {
        try {
            Method method = type.getMethod(name);
            return method.getReturnType() == result ? method : null;
        } catch (NoSuchMethodException | SecurityException | LinkageError e) {
            return null;
        }
    }

    private static boolean isA(Class<?> type, String name) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            if (each.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static long number(Method method, Transaction transaction) throws ReflectiveOperationException {
        return ((Number) Objects.requireNonNull(method.invoke(transaction))).longValue();
    }

    /** Narayana tells what is left in milliseconds of the wall clock, cut off. */
    record Narayana(Method remaining) implements TimeTeller {

        private static final String REMAINING = "getRemainingTimeoutMills";
        private static final long CUT_OFF = 1;

        static Optional<TimeTeller> of(Class<?> type) {
            return Optional.ofNullable(method(type, REMAINING, long.class)).<TimeTeller>map(Narayana::new);
        }

        /** It answers 0 if the transaction has no timeout, and also if that is over and the reaper has taken it. */
        @Override
        public @Nullable TimeLimit limit(Transaction transaction, int passed) throws ReflectiveOperationException {
            long left = number(remaining, transaction);
            return left == 0 || passed <= 0
                    ? null
                    : TimeLimit.endsIn(Duration.ofMillis(left + CUT_OFF), Duration.ofSeconds(passed));
        }
    }

    /**
     * Payara and GlassFish tell when a transaction began, in milliseconds, and what is left, in whole seconds: the
     * timeout, less the seconds that have passed, cut off. They pass no timeout to a resource. When a transaction has
     * one, their own timer has given way to a look every ten seconds.
     */
    record PayaraGlassFish(Method remaining, Method begin) implements TimeTeller {

        private static final String TYPE = "com.sun.enterprise.transaction.JavaEETransactionImpl";
        private static final long CUT_OFF = 1;
        private static final int TRIES = 5;

        static Optional<TimeTeller> of(Class<?> type) {
            Method remaining = method(type, "getRemainingTimeout", int.class);
            Method begin = method(type, "getStartTime", long.class);
            return isA(type, TYPE) && remaining != null && begin != null
                    ? Optional.of(new PayaraGlassFish(remaining, begin))
                    : Optional.empty();
        }

        @Override
        public @Nullable TimeLimit limit(Transaction transaction, int passed) throws ReflectiveOperationException {
            long begun = number(begin, transaction);
            long left;
            long age;
            int tries = TRIES;
            do { // The same second before and after, so that it is the one that was counted.
                age = age(begun);
                left = number(remaining, transaction);
            } while (age / 1000 != age(begun) / 1000 && --tries > 0);
            if (left == 0) {
                return null;
            }
            long whole = 1000 * Math.max(left + age / 1000 + (tries == 0 ? 1 : 0), 1);
            return left < 0
                    ? TimeLimit.endsIn(Duration.ZERO, Duration.ofMillis(whole))
                    : TimeLimit.endsIn(Duration.ofMillis(whole - age + CUT_OFF), Duration.ofMillis(whole));
        }

        private static long age(long begun) {
            return System.currentTimeMillis() - begun;
        }
    }

    /**
     * Open Liberty and WebSphere tell the moment at which the time is over, in milliseconds of the wall clock. They
     * pass no timeout to a resource; at the end they mark the transaction, and let a statement run on.
     */
    record Liberty(Method end, Method timeout) implements TimeTeller {

        private static final String TYPE = "com.ibm.tx.jta.impl.TransactionImpl";
        private static final long CUT_OFF = 1;

        static Optional<TimeTeller> of(Class<?> type) {
            Method end = method(type, "getExpirationTime", long.class);
            Method timeout = method(type, "getTimeout", int.class);
            return isA(type, TYPE) && end != null && timeout != null
                    ? Optional.of(new Liberty(end, timeout))
                    : Optional.empty();
        }

        @Override
        public @Nullable TimeLimit limit(Transaction transaction, int passed) throws ReflectiveOperationException {
            long ends = number(end, transaction);
            long seconds = number(timeout, transaction);
            return ends <= 0 || seconds <= 0
                    ? null
                    : TimeLimit.endsIn(
                            Duration.ofMillis(ends - System.currentTimeMillis() + CUT_OFF),
                            Duration.ofSeconds(seconds));
        }
    }
}
