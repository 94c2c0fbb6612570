package io.github.postgresxa.cdi.transactional;

import io.github.postgresxa.PostgresXa;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** The name of a transaction: {@code com.acme.Bank.pay}, after the first {@code @Transactional} method in it. */
public final class TransactionalName {

    private static final String KEY = TransactionalName.class.getName();

    private TransactionalName() {}

    /**
     * Returns the name of the calling thread's transaction.
     *
     * @param xa the core
     * @return its name; null if it has none
     */
    public static @Nullable String current(PostgresXa xa) {
        try {
            return (String) xa.transactionSynchronizationRegistry().getResource(KEY);
        } catch (IllegalStateException noTransaction) {
            return null;
        }
    }

    static void giveTo(TransactionSynchronizationRegistry transaction, Method method) {
        if (transaction.getResource(KEY) == null) {
            transaction.putResource(KEY, method.getDeclaringClass().getName() + "." + method.getName());
        }
    }
}
