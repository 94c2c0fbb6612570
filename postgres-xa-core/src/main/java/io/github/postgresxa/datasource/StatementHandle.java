package io.github.postgresxa.datasource;

import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.BranchActivity;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A statement inside a transaction. What it executes is checked first, and its answer is noted. */
final class StatementHandle extends Handle {

    private final Statement statement;
    private final Connection connection;
    private final Consumer<Statement> closed;
    private final @Nullable String prepared;
    private boolean batchUndoes;

    /**
     * Creates a handle.
     *
     * @param prepared the text of a prepared statement, else null
     */
    StatementHandle(
            Statement statement,
            Branch branch,
            Connection connection,
            @Nullable String prepared,
            Consumer<Statement> closed) {
        super(statement, branch, connection);
        this.statement = statement;
        this.connection = connection;
        this.closed = closed;
        this.prepared = prepared;
    }

    /** {@return a handle on the driver's own statement behind one of its results} */
    static Statement behind(Statement statement, Branch branch, Connection connection) {
        Class<? extends Statement> type = statement instanceof CallableStatement
                ? CallableStatement.class
                : statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
        return proxy(type, new StatementHandle(statement, branch, connection, null, s -> {}));
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
            // From another thread, while the session is busy.
            case "isClosed":
            case "cancel":
                return call(method, args);
            case "getConnection":
                return connection;
            case "addBatch":
                if (args.length == 1) {
                    String sql = (String) args[0];
                    inspect(sql, branch());
                    batchUndoes |= SqlVerdict.of(sql).rollback();
                }
                branch().gate().refuseIfFenced();
                return preparing(method, args);
            default:
                if (DriverOnly.onStatement(name, args)) {
                    branch().gate().refuseIfFenced();
                    return call(method, args);
                }
                return onServer(method, args);
        }
    }

    /**
     * {@return whether this may be a ROLLBACK TO SAVEPOINT} With {@code autosave}, the driver undoes its failure, but
     * nothing of what it was to undo.
     */
    @Override
    boolean undoes(Method method, Object[] args) {
        String sql = args.length > 0 && args[0] instanceof String text ? text : prepared;
        return batchUndoes || sql != null && SqlVerdict.of(sql).rollback();
    }

    private @Nullable Object execute(Method method, Object[] args) throws Throwable {
        boolean empty = prepared != null && SqlVerdict.of(prepared).empty();
        if (args.length > 0 && args[0] instanceof String sql) {
            empty = inspect(sql, branch()).empty();
        }
        Object result = executing(method, args, empty);
        if (showsWrite(result)) {
            branch().work().noteWrite();
        }
        return result;
    }

    /**
     * {@return whether a result shows a write} A count above 0 suggests one; a count of 0, or rows, show nothing, and
     * the branch will be asked.
     */
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

    /** Checks a text before it is sent: what must not run, and what the end of the transaction has to know. */
    static SqlVerdict inspect(String sql, Branch branch) throws SQLException {
        SqlVerdict verdict = SqlVerdict.of(sql);
        if (verdict.durability()) {
            branch.session().noteDurabilityTouched();
        }
        if (verdict.control() != null) {
            throw refusal(verdict.control(), sql, branch.work());
        }
        return verdict;
    }

    /**
     * {@return the refusal of a text} A BEGIN or COMMIT that is refused alone leaves no work undone. If other
     * statements were refused with it, the transaction must not be committed without them.
     */
    private static SQLException refusal(String found, String sql, BranchActivity work) {
        SQLException refusal = new SQLException(
                found
                        + " as SQL text is not allowed while a JTA transaction is active: the"
                        + " transaction ends on all nodes together",
                "25000");
        if (TransactionControl.undoes(found)) {
            work.noteRefusedRollback(refusal);
        } else if (!TransactionControl.isAlone(sql)) {
            work.noteFailedExecution(refusal, false);
        }
        return refusal;
    }
}
