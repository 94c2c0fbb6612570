package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;

/**
 * What the application holds instead of a driver's object while it works in a branch. Every call is let through only while the transaction is
 * open, and what it did is noted.
 */
abstract class Handle implements InvocationHandler {

    private final Wrapper target;
    private final Branch branch;

    Handle(Wrapper target, Branch branch) {
        this.target = target;
        this.branch = branch;
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Handle.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    Branch branch() {
        return branch;
    }

    @Override
    public final @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        Object[] arguments = args == null ? new Object[0] : args;
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "%s in %s".formatted(target, branch);
            case "isWrapperFor" ->
                ((Class<?>) arguments[0]).isInstance(proxy) || target.isWrapperFor((Class<?>) arguments[0]);
            case "unwrap" -> unwrap(proxy, (Class<?>) arguments[0]);
            default -> handle(proxy, method, arguments);
        };
    }

    abstract @Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable;

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        branch.refuseIfFenced();
        if (type.isInstance(proxy)) {
            return proxy;
        }
        if (target.isWrapperFor(type)) {
            return target.unwrap(type);
        }
        throw new SQLFeatureNotSupportedException("not a wrapper for " + type.getName());
    }

    /** A call that may reach the server: nothing else runs on the session meanwhile, and its transaction state is looked at afterwards. */
    final @Nullable Object onServer(Method method, Object[] args) throws Throwable {
        enter();
        try {
            return call(method, args);
        } catch (SQLException e) {
            branch.work().noteFailure(e);
            throw branch.explain(e);
        } finally {
            branch.leave();
        }
    }

    /** The same, for a call that executes something: the server has a transaction afterwards, or what was executed has ended it. */
    final @Nullable Object executing(Method method, Object[] args, boolean sendsNothing) throws Throwable {
        enter();
        try {
            Object result = call(method, args);
            boolean emptyBatch = result instanceof int[] counts && counts.length == 0
                    || result instanceof long[] many && many.length == 0;
            if (!sendsNothing && !emptyBatch) {
                branch.work().noteExecution();
            }
            return result;
        } catch (SQLException e) {
            branch.work().noteFailedExecution(e);
            throw branch.explain(e);
        } finally {
            branch.leave();
        }
    }

    private void enter() throws SQLException {
        try {
            branch.enter();
        } catch (SQLException e) {
            branch.work().noteFailure(e);
            throw e;
        }
    }

    /** A call that stays in the driver. If the connection is lost, it is the first to notice. */
    final @Nullable Object call(Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failure && branch.session().isGone()) {
                branch.work().noteFailure(failure);
            }
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
