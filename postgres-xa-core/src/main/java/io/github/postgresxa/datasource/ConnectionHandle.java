package io.github.postgresxa.datasource;

import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.branch.OpenStatements;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection inside a transaction. Several handles may share one branch. The close of one returns nothing to the
 * pool: the branch keeps its session until the transaction ends.
 */
final class ConnectionHandle extends Handle {

    private final OpenStatements statements = new OpenStatements();
    private volatile boolean closed;

    private ConnectionHandle(Branch branch) {
        super(branch.session().wire().connection(), branch, null);
    }

    static Connection on(Branch branch) {
        return proxy(Connection.class, new ConnectionHandle(branch));
    }

    @Override
    @Nullable
    Object handle(Object proxy, Method method, Object[] args) throws Throwable {
        switch (method.getName()) {
            case "close":
                close();
                return null;
            case "isClosed":
                return closed;
            case "isValid":
                return !closed && !branch().session().isGone();
            case "abort":
                // After the end there is nothing to abort.
                return closed || branch().gate().isFenced() ? null : abort();
            case "setClientInfo":
                return setClientInfo((Connection) proxy, method, args);
            default:
                return ifOpen((Connection) proxy, method, args);
        }
    }

    private @Nullable Object ifOpen(Connection proxy, Method method, Object[] args) throws Throwable {
        branch().gate().refuseIfFenced();
        refuseIfClosed(method.getName());
        return open(proxy, method, args);
    }

    /** Calls {@code setClientInfo}, which declares no other exception. */
    private @Nullable Object setClientInfo(Connection proxy, Method method, Object[] args) throws Throwable {
        try {
            return ifOpen(proxy, method, args);
        } catch (SQLClientInfoException e) {
            throw e;
        } catch (SQLException e) {
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), Map.of(), e);
        }
    }

    @Override
    boolean undoes(Method method, Object[] args) {
        return method.getName().equals("rollback");
    }

    private @Nullable Object open(Connection proxy, Method method, Object[] args) throws Throwable {
        return switch (method.getName()) {
            case "getAutoCommit" -> false;
            case "setAutoCommit" -> refuseIf(Boolean.TRUE.equals(args[0]), "setAutoCommit(true)");
            case "commit" -> refuseIf(true, "commit()");
            case "rollback" -> args.length == 0 ? rollback() : executing(method, args, true);
            case "setReadOnly" -> setReadOnly(method, args);
            case "setTransactionIsolation" -> isolate((Integer) args[0]);
            case "getTransactionIsolation" -> isolation(method, args);
            case "createStatement" -> statement(Statement.class, proxy, method, args, null);
            case "prepareStatement" -> prepared(PreparedStatement.class, proxy, method, args);
            case "prepareCall" -> prepared(CallableStatement.class, proxy, method, args);
            default -> onServer(method, args);
        };
    }

    private Object prepared(Class<? extends Statement> type, Connection proxy, Method method, Object[] args)
            throws Throwable {
        StatementHandle.inspect((String) args[0], branch());
        return statement(type, proxy, method, args, (String) args[0]);
    }

    private Object statement(
            Class<? extends Statement> type, Connection proxy, Method method, Object[] args, @Nullable String prepared)
            throws Throwable {
        Object created = preparing(method, args); // The driver does not query the server for it.
        Statement statement = (Statement) Objects.requireNonNull(created);
        statements.add(statement);
        branch().work().track(statement);
        return proxy(type, new StatementHandle(statement, branch(), proxy, prepared, this::forget));
    }

    private void forget(Statement statement) {
        statements.remove(statement);
        branch().work().forget(statement);
    }

    /**
     * Refuses like {@code commit()}. But the caller wants to undo its work, so nothing is kept even if the refusal is
     * swallowed.
     */
    private @Nullable Object rollback() throws SQLException {
        try {
            return refuseIf(true, "rollback()");
        } catch (SQLException refusal) {
            branch().work().noteRefusedRollback(refusal);
            throw refusal;
        }
    }

    private @Nullable Object refuseIf(boolean refused, String what) throws SQLException {
        if (refused) {
            throw new SQLException(
                    what
                            + " is not allowed while a JTA transaction is active: the transaction ends"
                            + " on all nodes together. Return normally to commit, throw an exception or mark"
                            + " it rollback-only to roll back.",
                    "25000");
        }
        return null;
    }

    private @Nullable Object setReadOnly(Method method, Object[] args) throws Throwable {
        boolean wanted = Boolean.TRUE.equals(args[0]);
        return wanted == branch().session().wire().readOnly() ? null : onServer(method, args);
    }

    private @Nullable Object isolate(int level) throws SQLException {
        branch().work()
                .isolate(
                        switch (level) {
                            case Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED ->
                                Isolation.READ_COMMITTED;
                            case Connection.TRANSACTION_REPEATABLE_READ -> Isolation.REPEATABLE_READ;
                            case Connection.TRANSACTION_SERIALIZABLE -> Isolation.SERIALIZABLE;
                            default -> throw new SQLException("PostgreSQL has no isolation level " + level, "0A000");
                        });
        if (branch().session().wire().isHandedOut()) {
            enter(); // The driver's own object may be used next.
            branch().gate().leave();
        }
        return null;
    }

    private @Nullable Object isolation(Method method, Object[] args) throws Throwable {
        return switch (branch().work().isolation()) {
            case SERVER_DEFAULT -> onServer(method, args);
            case READ_COMMITTED -> Connection.TRANSACTION_READ_COMMITTED;
            case REPEATABLE_READ -> Connection.TRANSACTION_REPEATABLE_READ;
            case SERIALIZABLE -> Connection.TRANSACTION_SERIALIZABLE;
        };
    }

    /** Aborts the connection. The branch is lost with it, and the transaction then rolls back. */
    private @Nullable Object abort() {
        closed = true;
        branch().work().noteFailure(new SQLException("the application aborted the connection", "08003"));
        branch().session().destroy();
        return null;
    }

    private void close() throws SQLException {
        if (closed) {
            return;
        }
        closed = true;
        for (Statement statement : statements.removeAll()) {
            branch().work().forget(statement);
            statement.close();
        }
    }

    /**
     * Fails on a closed connection. An application that goes on after that has lost a statement, or wanted to undo
     * everything.
     */
    private void refuseIfClosed(String method) throws SQLException {
        if (!closed) {
            return;
        }
        SQLException refusal = new SQLException("this connection has been closed", "08003");
        if (method.equals("rollback")) {
            branch().work().noteRefusedRollback(refusal);
        } else if (method.startsWith("prepare") || method.equals("createStatement")) {
            branch().work().noteFailedExecution(refusal, false);
        }
        throw refusal;
    }
}
