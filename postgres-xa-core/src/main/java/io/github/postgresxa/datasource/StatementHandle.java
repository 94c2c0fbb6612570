package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A statement inside a transaction: what it executes is checked first, and its answer is noted. */
final class StatementHandle extends Handle {

    private final Statement statement;
    private final Connection connection;
    private final Consumer<Statement> closed;
    private final boolean preparedEmpty;

    /** @param prepared the text of a prepared statement, else null */
    StatementHandle(
            Statement statement,
            Branch branch,
            Connection connection,
            @Nullable String prepared,
            Consumer<Statement> closed) {
        super(statement, branch);
        this.statement = statement;
        this.connection = connection;
        this.closed = closed;
        this.preparedEmpty = prepared != null && SqlText.isEmpty(prepared);
    }

    @Override
    @Nullable
    Object handle(Object proxy, Method method, Object[] args) throws Throwable {
        String name = method.getName();
        if (name.startsWith("execute")) {
            return execute(method, args);
        }
        switch (name) {
            case "close":
                closed.accept(statement);
                return call(method, args);
            case "isClosed":
            case "cancel":
                return call(method, args); // From another thread, while the session is busy.
            case "getConnection":
                return connection;
            case "addBatch":
                if (args.length == 1) {
                    inspect((String) args[0], branch());
                }
                branch().refuseIfFenced();
                return call(method, args);
            case "getMetaData":
            case "getParameterMetaData":
            case "getMoreResults":
                return onServer(method, args);
            default:
                branch().refuseIfFenced();
                return call(method, args);
        }
    }

    private @Nullable Object execute(Method method, Object[] args) throws Throwable {
        boolean empty = preparedEmpty;
        if (args.length > 0 && args[0] instanceof String sql) {
            inspect(sql, branch());
            empty = SqlText.isEmpty(sql);
        }
        Object result = executing(method, args, empty);
        if (showsWrite(result)) {
            branch().work().noteWrite();
        }
        return result;
    }

    /** n rows written are a good sign; 0 rows, or rows read, show nothing, and the branch will be asked. */
    private boolean showsWrite(@Nullable Object result) throws SQLException {
        if (result instanceof Integer count) {
            return count > 0;
        }
        if (result instanceof Long count) {
            return count > 0;
        }
        if (result instanceof int[] counts) {
            return java.util.Arrays.stream(counts).anyMatch(c -> c > 0);
        }
        if (result instanceof long[] counts) {
            return java.util.Arrays.stream(counts).anyMatch(c -> c > 0);
        }
        return Boolean.FALSE.equals(result) && statement.getUpdateCount() > 0;
    }

    /** Before a text is sent: what must not run, and what the end of the transaction has to know. */
    static void inspect(String sql, Branch branch) throws SQLException {
        if (SqlText.mentions("synchronous_commit", sql)) {
            branch.session().noteDurabilityTouched();
        }
        String found = TransactionControl.in(sql);
        if (found != null) {
            throw new SQLException(
                    found
                            + " as SQL text is not for the application while a JTA transaction is under way: the transaction ends on"
                            + " all nodes together",
                    "25000");
        }
    }
}
