package io.github.postgresxa.cdi.transactional;

import io.github.postgresxa.PostgresXa;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs within the transaction of a {@code @Transactional} method. By the rule of JTA a checked exception that leaves
 * the method commits, also an {@link SQLException}: half of a transfer would be kept, and the caller told that it
 * failed. So an SQLException allows only a rollback, unless {@link Transactional#dontRollbackOn} names it.
 *
 * <p>A statement that fails does that in the core already. This is for what the core does not see, such as a parameter
 * that the driver refuses, a column that does not exist, or an SQLException of the application itself.
 */
abstract class WithinTransaction {

    @Inject
    @Nullable
    Instance<PostgresXa> found; // not private: that would need reflection in Quarkus

    private volatile @Nullable PostgresXa core;

    @AroundInvoke
    @Nullable
    Object invoke(InvocationContext call) throws Exception {
        PostgresXa xa = core();
        if (xa == null) {
            return call.proceed();
        }
        TransactionSynchronizationRegistry registry = xa.transactionSynchronizationRegistry();
        int status = registry.getTransactionStatus();
        if (status == Status.STATUS_NO_TRANSACTION) {
            return call.proceed();
        }
        if (status == Status.STATUS_ACTIVE) {
            TransactionalName.giveTo(registry, call.getMethod());
        }
        try {
            return call.proceed();
        } catch (SQLException e) {
            if (!isToCommit(call, e)) {
                allowOnlyRollback(xa.transactionManager(), e);
            }
            throw e;
        }
    }

    /** {@return the core; null if there is none} An {@link Instance} keeps each of its answers, so it is asked once. */
    private @Nullable PostgresXa core() {
        PostgresXa known = core;
        if (known == null && found != null && found.isResolvable()) {
            known = found.get();
            core = known;
        }
        return known;
    }

    private static void allowOnlyRollback(TransactionManager manager, SQLException why) {
        try {
            if (manager.getStatus() == Status.STATUS_ACTIVE) {
                manager.setRollbackOnly();
            }
        } catch (SystemException | RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private static boolean isToCommit(InvocationContext call, SQLException e) {
        Transactional rules = rules(call);
        return rules != null && Stream.of(rules.dontRollbackOn()).anyMatch(type -> type.isInstance(e));
    }

    private static @Nullable Transactional rules(InvocationContext call) {
        Method method = call.getMethod();
        Transactional ofMethod = method.getAnnotation(Transactional.class);
        if (ofMethod != null) {
            return ofMethod;
        }
        Object target = call.getTarget();
        Class<?> type = target == null ? method.getDeclaringClass() : target.getClass();
        Transactional ofType = type.getAnnotation(Transactional.class); // It is inherited.
        return ofType != null ? ofType : method.getDeclaringClass().getAnnotation(Transactional.class);
    }
}
