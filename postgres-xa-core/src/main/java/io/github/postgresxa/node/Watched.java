package io.github.postgresxa.node;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A driver's object below the pool, with the {@link DriverGuard} around each of its calls; what it makes is watched, too. So the guard sees what applications do,
 * inside of transactions and outside, and what the pool does. An object that leaves unwatched is noted on its connection.
 */
final class Watched implements InvocationHandler {

    /** The kinds whose calls may reach the server; the more special one first. */
    private static final List<Class<?>> KINDS = List.of(
            ResultSet.class,
            CallableStatement.class,
            PreparedStatement.class,
            Statement.class,
            ResultSetMetaData.class,
            DatabaseMetaData.class,
            ParameterMetaData.class,
            Array.class,
            Blob.class,
            NClob.class,
            Clob.class);

    private static final Set<String> ROW_WRITES = Set.of("insertRow", "updateRow", "deleteRow");

    private static final Object[] NONE = new Object[0];

    private final Object target;
    private final PhysicalConnection connection;
    private final @Nullable Object maker;

    private Watched(Object target, PhysicalConnection connection, @Nullable Object maker) {
        this.target = target;
        this.connection = connection;
        this.maker = maker;
    }

    static Connection connection(PhysicalConnection physical) {
        return (Connection) proxy(Connection.class, new Watched(physical.driver(), physical, null));
    }

    private static Object proxy(Class<?> type, Watched handler) {
        return Proxy.newProxyInstance(Watched.class.getClassLoader(), new Class<?>[] {type}, handler);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
        Object[] given = args == null ? NONE : args;
        return switch (method.getName()) {
            case "equals" -> own(given[0]) == target;
            case "hashCode" -> System.identityHashCode(target);
            case "toString" -> target.toString();
            case "isWrapperFor" -> isWrapperFor(proxy, (Class<?>) given[0]);
            case "unwrap" -> unwrap(proxy, (Class<?>) given[0]);
            case "getConnection" -> connection.watched();
            case "getStatement" -> maker instanceof Statement ? maker : call(proxy, method, given);
            case "isClosed" -> connection.guard().isClosed() || Boolean.TRUE.equals(driver(method, given));
            case "close", "free" -> close(method, given);
            default -> call(proxy, method, given);
        };
    }

    private @Nullable Object call(Object proxy, Method method, Object[] given) throws Throwable {
        connection.guard().refuseIfDestroyed();
        if (executes(method)) {
            connection
                    .useCheck()
                    .refuse(); // The pool asks for its connections, not for statements that were made before.
        }
        if (target instanceof Connection) {
            connection.settings().changes(method.getName());
        }
        for (int i = 0; i < given.length; i++) {
            given[i] = own(given[i]); // The driver knows what it made itself.
        }
        Object result = guarded(method, given);
        if (result == null
                || method.getReturnType().isPrimitive()
                || result instanceof String
                || result instanceof Number) {
            return result;
        }
        if (isStream(result) && (target instanceof Blob || target instanceof Clob)) {
            connection.handOut();
            return result;
        }
        for (Class<?> kind : KINDS) {
            if (kind.isInstance(result)) {
                return proxy(kind, new Watched(result, connection, proxy));
            }
        }
        return result;
    }

    private @Nullable Object guarded(Method method, Object[] given) throws SQLException {
        DriverGuard guard = connection.guard();
        try {
            return guard.call(() -> driver(method, given));
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable undeclared) {
            throw guard.refusal(undeclared); // No caller expects another checked exception.
        }
    }

    private boolean executes(Method method) {
        String name = method.getName();
        return target instanceof Statement && name.startsWith("execute")
                || target instanceof ResultSet && name.endsWith("Row") && ROW_WRITES.contains(name);
    }

    private static boolean isStream(Object result) {
        return result instanceof InputStream
                || result instanceof OutputStream
                || result instanceof Reader
                || result instanceof Writer;
    }

    /** Who closes gets an SQLException whatever happens: the pool gives up a connection if something else is thrown here, and never closes it. */
    private @Nullable Object close(Method method, Object[] given) throws SQLException {
        DriverGuard guard = connection.guard();
        if (target instanceof Connection || guard.isClosed()) {
            return null; // The connection itself is the pool's to close; with it the rest is closed.
        }
        try {
            return guarded(method, given);
        } catch (RuntimeException | Error e) {
            throw guard.refusal(e);
        }
    }

    private @Nullable Object driver(Method method, Object[] given) throws Throwable {
        try {
            return method.invoke(target, given);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private boolean isWrapperFor(Object proxy, Class<?> type) throws SQLException {
        return type.isInstance(proxy)
                || type.isInstance(target)
                || (target instanceof Wrapper wrapper && wrapper.isWrapperFor(type));
    }

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        if (type == PhysicalConnection.class) {
            return connection;
        }
        if (type.isInstance(proxy)) {
            return proxy;
        }
        connection.guard().refuseIfDestroyed();
        Object own = type.isInstance(target) ? target : ((Wrapper) target).unwrap(type);
        connection.handOut();
        return own;
    }

    private static Object own(Object given) {
        return given instanceof Proxy && Proxy.getInvocationHandler(given) instanceof Watched watched
                ? watched.target
                : given;
    }
}
