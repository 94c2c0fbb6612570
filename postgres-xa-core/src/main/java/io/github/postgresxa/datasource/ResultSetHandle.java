package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows inside a transaction. A write through them is work like any other statement. */
final class ResultSetHandle extends Handle {

    private static final Set<String> ROW_WRITES = Set.of("insertRow", "updateRow", "deleteRow");

    private final @Nullable Statement statement;

    /**
     * Creates a handle.
     *
     * @param statement the application's statement that created it; null if the driver created it itself
     */
    ResultSetHandle(ResultSet target, Branch branch, Connection connection, @Nullable Statement statement) {
        super(target, branch, connection);
        this.statement = statement;
    }

    @Override
    @Nullable
    Object handle(Object proxy, Method method, Object[] args) throws Throwable {
        String name = method.getName();
        if (DriverOnly.onResult(name)) {
            return call(method, args);
        }
        return switch (name) {
            case "close", "isClosed" -> call(method, args);
            case "refreshRow" -> querying(method, args);
            case "getStatement" -> statement == null ? call(method, args) : statement;
            default -> write(name) ? executing(method, args, !ROW_WRITES.contains(name)) : onServer(method, args);
        };
    }

    /**
     * {@return whether a call sets a column or writes a row} A column that could not be set is missing in the row that
     * is written next.
     */
    private static boolean write(String name) {
        return name.startsWith("update") || ROW_WRITES.contains(name);
    }
}
