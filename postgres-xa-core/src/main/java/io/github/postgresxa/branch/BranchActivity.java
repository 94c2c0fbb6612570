package io.github.postgresxa.branch;

import io.github.postgresxa.TransactionCharacteristics;
import io.github.postgresxa.TransactionCharacteristics.Isolation;
import io.github.postgresxa.node.Causes;
import io.github.postgresxa.node.Session;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.TransactionState;
import org.postgresql.util.PSQLException;

/**
 * What the application has done in a branch, as far as the client can see: whether the branch began, whether a write
 * was seen, whether the server is still in the transaction that the branch began. Used under the session's lock.
 */
public final class BranchActivity {

    private static final String ENDED =
            "a statement of the application ended its transaction, so the work before and after it is not atomic";

    private final Session session;
    private final OpenStatements statements = new OpenStatements();
    private Isolation isolation;
    private boolean begun;
    private boolean wrote;
    private boolean over;
    private volatile @Nullable SQLException firstFailure;
    private volatile @Nullable SQLException unseenFailure;
    private volatile @Nullable SQLException refusedRollback;

    BranchActivity(Session session, TransactionCharacteristics characteristics) throws SQLException {
        this.session = session;
        this.isolation = characteristics.isolation();
        if (characteristics.readOnly()) {
            session.wire().readOnly(true); // The driver then begins with BEGIN READ ONLY; no round trip.
        }
    }

    /** {@return whether the server knows of this branch} */
    public boolean begun() {
        return begun || session.state() != TransactionState.IDLE;
    }

    boolean wrote() {
        return wrote;
    }

    /**
     * {@return whether the driver begins the branch as READ ONLY} The driver refuses to change that within a
     * transaction; the application can change it by SQL.
     */
    boolean beginsReadOnly() {
        try {
            return session.wire().beginsReadOnly();
        } catch (SQLException e) {
            return false; // A broken connection fails when the branch votes.
        }
    }

    /** {@return the isolation level of this branch} */
    public Isolation isolation() {
        return isolation;
    }

    /**
     * Sets the isolation level.
     *
     * @param level the level for this branch
     * @throws SQLException if it has begun: PostgreSQL takes a level only before the first statement
     */
    public void isolate(Isolation level) throws SQLException {
        if (level != isolation && begun()) {
            throw new SQLException(
                    "the isolation level cannot change after the first statement of the transaction", "25001");
        }
        isolation = level;
    }

    /** Notes that a statement's result showed written rows. */
    public void noteWrite() {
        wrote = true;
    }

    /**
     * Notes that something was executed and the server answered. If the session is in no transaction now, what was
     * executed ended the branch's transaction.
     */
    public void noteExecution() {
        begun = true;
    }

    /**
     * Notes that a statement failed. If the application goes on as if nothing had happened, the commit fails with this
     * cause.
     *
     * @param failure the server's error
     */
    public void noteFailure(SQLException failure) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
    }

    /**
     * Notes that something to be executed failed. The driver can fail alone, before the server sees the statement or
     * after it was carried out (no value for a parameter, a stream that breaks, a result of another kind than
     * requested). Then nothing keeps the server from committing the rest.
     *
     * @param failure the server's error, or the driver's
     * @param undoes whether it was to undo something: with {@code autosave}, a server's error alone does not prevent
     *     the commit of what was to be undone
     */
    public void noteFailedExecution(SQLException failure, boolean undoes) {
        noteFailure(failure);
        if (unseenFailure == null && session.state() != TransactionState.FAILED && (undoes || !isTheServers(failure))) {
            unseenFailure = failure;
        }
    }

    /**
     * Notes that the application wanted to undo its work, which only the whole transaction can. If the application goes
     * on, nothing is kept.
     *
     * @param refusal what the application received
     */
    public void noteRefusedRollback(SQLException refusal) {
        refusedRollback = refusal;
    }

    /** With {@code autosave}, the driver undoes a statement that failed on the server, and the transaction goes on. */
    private static boolean isTheServers(SQLException failure) {
        return Causes.withNext(failure)
                .anyMatch(each -> each instanceof PSQLException e && e.getServerErrorMessage() != null);
    }

    /** {@return the first statement's failure, null if none failed} */
    public @Nullable SQLException firstFailure() {
        return firstFailure;
    }

    void beginIfNeeded() throws SQLException {
        observe();
        if (over) {
            throw problem(ENDED); // The statement would begin a new transaction on this session.
        }
        if (isolation == Isolation.SERVER_DEFAULT || begun()) {
            return; // The driver sends BEGIN together with the first statement.
        }
        String level = isolation.name().replace('_', ' ').toLowerCase(java.util.Locale.ROOT);
        String access = session.wire().beginsReadOnly() ? " read only" : "";
        session.wire().send("begin isolation level " + level + access).orThrow();
        begun = true;
    }

    void observe() {
        if (session.state() != TransactionState.IDLE) {
            begun = true;
        } else if (begun) {
            over = true;
        }
    }

    /** {@return why the branch can only be rolled back, or null} */
    @Nullable
    SQLException check() {
        if (!session.answers()) {
            return leftOpen();
        }
        if (session.isGone()) {
            return lost();
        }
        observe();
        if (over) {
            return problem(ENDED);
        }
        SQLException refusal = refusedRollback;
        if (refusal != null) {
            return new SQLException(
                    "node '%s': the application asked for a rollback on its connection and continued after the refusal"
                            .formatted(session.node().name()),
                    "40000",
                    refusal);
        }
        return session.state() == TransactionState.FAILED
                ? problem("a statement failed and the application continued; the server keeps nothing of a failed"
                        + " transaction")
                : unseen();
    }

    private SQLException leftOpen() {
        return new SQLException(
                ("node '%s': the application has left something open on the driver's own connection, most likely a"
                                + " COPY that was neither ended nor cancelled. Its connection was closed, and"
                                + " nothing of it is kept")
                        .formatted(session.node().name()),
                "25000");
    }

    private @Nullable SQLException unseen() {
        SQLException failure = unseenFailure;
        return failure == null
                ? null
                : problem("a statement failed in the driver and the application continued without it", failure);
    }

    private @Nullable SQLException lost() {
        Throwable fault = session.fault();
        if (fault != null && !(fault instanceof SQLException)) {
            return new SQLException(
                    ("node '%s': the driver failed in the middle of a call (%s), so its connection was closed, and"
                                    + " with it the work is lost")
                            .formatted(session.node().name(), fault),
                    "08006",
                    fault);
        }
        return begun || firstFailure != null ? problem("the connection was lost, and with it the work") : null;
    }

    private SQLException problem(String what) {
        return problem(what, firstFailure);
    }

    private SQLException problem(String what, @Nullable SQLException first) {
        String state = first == null || first.getSQLState() == null ? "25P02" : first.getSQLState();
        String why = first == null ? "" : ". First failure: " + first.getMessage();
        return new SQLException("node '%s': %s%s".formatted(session.node().name(), what, why), state, first);
    }

    /**
     * Remembers an open statement. It is closed when the transaction ends, unless it was closed before.
     *
     * @param statement the statement
     */
    public void track(Statement statement) {
        statements.add(statement);
    }

    /**
     * Forgets a statement that was closed.
     *
     * @param statement the statement
     */
    public void forget(Statement statement) {
        statements.remove(statement);
    }

    void closeStatements() {
        for (Statement statement : statements.removeAll()) {
            try {
                statement.close();
            } catch (SQLException | RuntimeException | Error e) {
                // An application could go on using it, on a connection that belongs to someone else by then.
                session.destroy();
            }
        }
    }
}
