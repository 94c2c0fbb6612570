package io.github.postgresxa.node;

import java.lang.invoke.MethodHandles;
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
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A driver's object below the pool, with the {@link DriverGuard} around each of its calls; objects that it creates are
 * watched, too. So the guard sees everything that applications do, inside of transactions and outside, and everything
 * that the pool does. An object that leaves unwatched is noted on its connection.
 *
 * <p>Every object except the pool's own connection belongs to the use in which it was created. When the session changes
 * hands, it is refused.
 */
final class Watched implements InvocationHandler {

    private static final ProxyClass<Connection> CONNECTION = of(Connection.class);

    /** The types whose calls may reach the server; the more specific one first. */
    private static final List<ProxyClass<?>> KINDS = List.of(
            of(ResultSet.class),
            of(CallableStatement.class),
            of(PreparedStatement.class),
            of(Statement.class),
            of(ResultSetMetaData.class),
            of(DatabaseMetaData.class),
            of(ParameterMetaData.class),
            of(Array.class),
            of(Blob.class),
            of(NClob.class),
            of(Clob.class));

    private static final Set<String> ROW_WRITES = Set.of("insertRow", "updateRow", "deleteRow");

    private static final Object[] NONE = new Object[0];

    private static final long ALWAYS = -1;

    /** Marks the proxies. */
    interface Mark {}

    private final Object target;
    private final PhysicalConnection connection;
    private final @Nullable Object maker;
    private final long use;

    private Watched(Object target, PhysicalConnection connection, @Nullable Object maker, long use) {
        this.target = target;
        this.connection = connection;
        this.maker = maker;
        this.use = use;
    }

    /** {@return the pool's connection, which belongs to no use} */
    static Connection connection(PhysicalConnection physical) {
        return connection(physical, ALWAYS);
    }

    private static Connection connection(PhysicalConnection physical, long use) {
        return CONNECTION.create(new Watched(physical.driver(), physical, null, use));
    }

    private static <T> ProxyClass<T> of(Class<T> type) {
        return new ProxyClass<>(MethodHandles.lookup(), type, Mark.class);
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
            case "getConnection" -> connection(connection, current());
            case "getStatement" -> maker instanceof Statement ? maker : call(proxy, method, given);
            case "isClosed" -> isOver() || connection.guard().isClosed() || Boolean.TRUE.equals(driver(method, given));
            case "isValid" -> isOver() ? false : call(proxy, method, given);
            case "setClientInfo" -> setClientInfo(proxy, method, given);
            case "abort" -> abort();
            case "close", "free" -> close(method, given);
            default -> call(proxy, method, given);
        };
    }

    /** Calls {@code setClientInfo}, which declares no other exception. */
    private @Nullable Object setClientInfo(Object proxy, Method method, Object[] given) throws Throwable {
        try {
            return call(proxy, method, given);
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.of(), e);
        }
    }

    private long current() {
        return use == ALWAYS ? connection.use() : use;
    }

    private boolean isOver() {
        return current() != connection.use();
    }

    private @Nullable Object call(Object proxy, Method method, Object[] given) throws Throwable {
        connection.guard().refuseIfDestroyed();
        long current = current();
        connection.refuseUnlessIn(current);
        if (executes(method)) {
            // The pool asks for its connections, not for statements that were created before.
            connection.useCheck().refuse();
        }
        if (target instanceof Connection) {
            connection.settings().changes(method.getName());
        }
        for (int i = 0; i < given.length; i++) {
            given[i] = parameter(given[i]); // The driver needs its own objects.
        }
        Object result = guarded(current, method, given);
        if (result == null
                || method.getReturnType().isPrimitive()
                || result instanceof String
                || result instanceof Number) {
            return result;
        }
        if (target instanceof Blob || target instanceof Clob) {
            return WatchedStreams.watch(result, connection, current);
        }
        for (ProxyClass<?> kind : KINDS) {
            if (kind.fits(result)) {
                return kind.create(new Watched(result, connection, proxy, current));
            }
        }
        return result;
    }

    private @Nullable Object guarded(long current, Method method, Object[] given) throws SQLException {
        DriverGuard guard = connection.guard();
        try {
            return guard.call(() -> {
                connection.refuseUnlessIn(current); // Once more: from here on, the end of the use sees this call.
                return driver(method, given);
            });
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

    /**
     * Closes an object. Any failure becomes an SQLException: after anything else the pool drops the connection and
     * never closes it.
     */
    private @Nullable Object close(Method method, Object[] given) throws SQLException {
        DriverGuard guard = connection.guard();
        if (target instanceof Connection || guard.isClosed() || isOver()) {
            return null; // Only the pool closes the connection itself; everything else is closed with it.
        }
        try {
            return guarded(current(), method, given);
        } catch (RuntimeException | Error e) {
            throw guard.refusal(e);
        }
    }

    /**
     * Aborts the connection. The driver's own abort would wait for a thread that writes. An object from an earlier use
     * has nothing to abort.
     */
    private @Nullable Object abort() {
        if (!isOver()) {
            connection.guard().destroy();
        }
        return null;
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
        connection.guard().refuseIfDestroyed();
        connection.refuseUnlessIn(current());
        if (type.isInstance(proxy)) {
            return use == ALWAYS ? connection(connection, current()) : proxy;
        }
        Object own = type.isInstance(target) ? target : ((Wrapper) target).unwrap(type);
        connection.handOut();
        return own;
    }

    /**
     * {@return the driver's own object for a parameter} One from an earlier use would be read over its own connection,
     * which belongs to someone else by now.
     */
    private static Object parameter(Object given) throws SQLException {
        if (given instanceof Proxy && Proxy.getInvocationHandler(given) instanceof Watched watched) {
            watched.connection.refuseUnlessIn(watched.current());
            return watched.target;
        }
        return given;
    }

    private static Object own(Object given) {
        return given instanceof Proxy && Proxy.getInvocationHandler(given) instanceof Watched watched
                ? watched.target
                : given;
    }
}
