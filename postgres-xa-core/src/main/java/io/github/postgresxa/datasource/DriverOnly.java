package io.github.postgresxa.datasource;

import java.sql.SQLXML;
import java.time.temporal.TemporalAccessor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a statement or a result that stay in the driver. Every other call may reach the server, so it goes
 * through the branch: a future method of JDBC or the driver is guarded without a change here.
 *
 * <p>Large objects as parameters are written by the setter. For arrays and types of the database, the driver queries
 * the server.
 */
final class DriverOnly {

    /** Calls that read a value that has arrived. The driver knows these types without the server. */
    private static final Set<String> VALUES = Set.of(
            "wasNull",
            "findColumn",
            "getString",
            "getBoolean",
            "getByte",
            "getShort",
            "getInt",
            "getLong",
            "getFloat",
            "getDouble",
            "getBigDecimal",
            "getBytes",
            "getDate",
            "getTime",
            "getTimestamp");

    private static final Set<String> PARAMETERS = Set.of(
            "setBoolean",
            "setByte",
            "setShort",
            "setInt",
            "setLong",
            "setFloat",
            "setDouble",
            "setBigDecimal",
            "setString",
            "setBytes",
            "setDate",
            "setTime",
            "setTimestamp",
            "setBinaryStream",
            "setAsciiStream",
            "setCharacterStream",
            "setSQLXML",
            "registerOutParameter",
            "clearParameters");

    /** Settings of a statement, and facts about its last execution. */
    private static final Set<String> STATEMENT = Set.of(
            "getResultSet",
            "getGeneratedKeys",
            "getUpdateCount",
            "getLargeUpdateCount",
            "getWarnings",
            "clearWarnings",
            "clearBatch",
            "getFetchSize",
            "setFetchSize",
            "getFetchDirection",
            "setFetchDirection",
            "getMaxRows",
            "setMaxRows",
            "getLargeMaxRows",
            "setLargeMaxRows",
            "getMaxFieldSize",
            "setMaxFieldSize",
            "getQueryTimeout",
            "setQueryTimeout",
            "getResultSetType",
            "getResultSetConcurrency",
            "getResultSetHoldability",
            "isPoolable",
            "setPoolable",
            "setEscapeProcessing",
            "closeOnCompletion",
            "isCloseOnCompletion");

    private DriverOnly() {}

    /** {@return whether a result answers this from its current row} */
    static boolean onResult(String method) {
        return VALUES.contains(method);
    }

    /** {@return whether a statement answers this itself} */
    static boolean onStatement(String method, Object[] args) {
        if (PARAMETERS.contains(method) || STATEMENT.contains(method) || VALUES.contains(method)) {
            return true;
        }
        return switch (method) {
            case "setNull" -> args.length == 2; // With the name of a type, the driver may query the server.
            case "setObject" -> isPlain(args[1]);
            default -> false;
        };
    }

    private static boolean isPlain(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof TemporalAccessor
                || value instanceof java.util.Date
                || value instanceof java.util.UUID
                || value instanceof byte[]
                || value instanceof SQLXML;
    }
}
