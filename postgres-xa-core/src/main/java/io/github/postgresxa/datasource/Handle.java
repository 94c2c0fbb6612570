package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the application holds instead of a driver's object while it works in a branch. Every call passes only while the
 * transaction is open, and its effect is noted.
 */
abstract class Handle implements InvocationHandler {

    /** What the driver creates besides statements and results; the more specific one first. */
    private static final List<Class<?>> OBJECTS = List.of(
            DatabaseMetaData.class,
            ResultSetMetaData.class,
            ParameterMetaData.class,
            Array.class,
            Blob.class,
            NClob.class,
            Clob.class);

    private static final Object[] NONE = new Object[0];

    private final Object target;
    /** A direct field, because a call of the proxy in front of it would cost as much again. */
    private final InvocationHandler driver;

    private final Branch branch;
    private final @Nullable Connection connection;

    /**
     * Creates a handle.
     *
     * @param target a proxy below the pool
     * @param connection the application's connection that it belongs to, null for that connection itself
     */
    Handle(Object target, Branch branch, @Nullable Connection connection) {
        this.target = target;
        this.driver = Proxy.getInvocationHandler(target);
        this.branch = branch;
        this.connection = connection;
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Handle.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    final Branch branch() {
        return branch;
    }

    final Connection connection(Object proxy) {
        return connection == null ? (Connection) proxy : connection;
    }

    @Override
    public final @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        Object[] arguments = args == null ? NONE : args;
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> describe();
            case "isWrapperFor" -> isWrapperFor(proxy, (Class<?>) arguments[0]);
            case "unwrap" -> unwrap(proxy, (Class<?>) arguments[0]);
            default -> guarded(handle(proxy, method, arguments), proxy);
        };
    }

    String describe() {
        return "%s in %s".formatted(target, branch);
    }

    private boolean isWrapperFor(Object proxy, Class<?> type) throws SQLException {
        return type.isInstance(proxy) || target instanceof Wrapper wrapper && wrapper.isWrapperFor(type);
    }

    /**
     * {@return a handle on an object that the driver created, which is a proxy below the pool} The application never
     * gets the object itself.
     */
    private @Nullable Object guarded(@Nullable Object made, Object maker) {
        if (!(made instanceof Proxy) || Proxy.getInvocationHandler(made) instanceof Handle) {
            return made;
        }
        Connection held = connection(maker);
        if (made instanceof ResultSet rows) {
            Statement statement = maker instanceof Statement own ? own : null;
            return proxy(ResultSet.class, new ResultSetHandle(rows, branch, held, statement));
        }
        if (made instanceof Statement statement) {
            return StatementHandle.behind(statement, branch, held);
        }
        if (made instanceof Connection) {
            return held;
        }
        for (Class<?> kind : OBJECTS) {
            if (kind.isInstance(made)) {
                return proxy(kind, new ObjectHandle(made, branch, held));
            }
        }
        throw new IllegalStateException("no handle for " + made);
    }

    abstract @Nullable Object handle(Object proxy, Method method, Object[] args) throws Throwable;

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        branch.gate().refuseIfFenced();
        if (type.isInstance(proxy)) {
            return proxy;
        }
        if (target instanceof Wrapper wrapper && wrapper.isWrapperFor(type)) {
            begin(); // Work on the driver's own object passes no handle, so the branch takes its level now.
            branch.gate().leave();
            return wrapper.unwrap(type);
        }
        throw new SQLFeatureNotSupportedException("not a wrapper for " + type.getName());
    }

    /**
     * Makes a call that may reach the server. Nothing else runs on the session meanwhile, and its transaction state is
     * checked afterwards.
     */
    final @Nullable Object onServer(Method method, Object[] args) throws Throwable {
        enter();
        return entered(method, args);
    }

    /** Makes a call that may query the server. */
    final @Nullable Object querying(Method method, Object[] args) throws Throwable {
        begin();
        return entered(method, args);
    }

    private @Nullable Object entered(Method method, Object[] args) throws Throwable {
        try {
            return call(method, args);
        } catch (SQLException e) {
            branch.work().noteFailure(e);
            throw branch.gate().explain(e);
        } finally {
            branch.gate().leave();
        }
    }

    /**
     * Makes a call that executes something. Afterwards the server is in a transaction, or what was executed has ended
     * it.
     */
    final @Nullable Object executing(Method method, Object[] args, boolean sendsNothing) throws Throwable {
        begin();
        try {
            Object result = call(method, args);
            boolean emptyBatch = result instanceof int[] counts && counts.length == 0
                    || result instanceof long[] many && many.length == 0;
            if (!sendsNothing && !emptyBatch) {
                branch.work().noteExecution();
            }
            return result;
        } catch (SQLException e) {
            branch.work().noteFailedExecution(e, undoes(method, args));
            throw branch.gate().explain(e);
        } finally {
            branch.gate().leave();
        }
    }

    /** Makes a call that stays in the driver. If it fails, a part of the work is missing. */
    final @Nullable Object preparing(Method method, Object[] args) throws Throwable {
        try {
            return call(method, args);
        } catch (SQLException e) {
            branch.work().noteFailedExecution(e, false);
            throw branch.gate().explain(e);
        }
    }

    /**
     * {@return whether a call that failed was to undo something: if the failure is swallowed, that must not be
     * committed}
     */
    boolean undoes(Method method, Object[] args) {
        return false;
    }

    final void enter() throws SQLException {
        try {
            branch.gate().enter();
        } catch (SQLException e) {
            branch.work().noteFailure(e);
            throw e;
        }
    }

    private void begin() throws SQLException {
        try {
            branch.gate().begin();
        } catch (SQLException e) {
            branch.work().noteFailure(e);
            throw e;
        }
    }

    /** Makes a call that stays in the driver. If the connection is lost, this call is the first to notice. */
    final @Nullable Object call(Method method, Object[] args) throws Throwable {
        for (int i = 0; i < args.length; i++) {
            args[i] = own(args[i]); // The driver needs its own objects.
        }
        try {
            return driver.invoke(target, method, args);
        } catch (SQLException e) {
            if (branch.session().isGone()) {
                branch.work().noteFailure(e);
            }
            throw e;
        }
    }

    private static Object own(Object given) {
        return given instanceof Proxy && Proxy.getInvocationHandler(given) instanceof Handle handle
                ? handle.target
                : given;
    }
}
