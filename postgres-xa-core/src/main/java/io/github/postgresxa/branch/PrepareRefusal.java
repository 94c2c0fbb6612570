package io.github.postgresxa.branch;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Explains what in a transaction keeps PostgreSQL from preparing it, and what to do. The application sees the error at
 * commit, far from the statement that caused it, and on one node only: the home is not prepared and allows all of this.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-prepare-transaction.html">PREPARE TRANSACTION, Notes</a>
 */
final class PrepareRefusal {

    private PrepareRefusal() {}

    /**
     * Explains a refused PREPARE TRANSACTION.
     *
     * @param node the node's name
     * @param refusal the server's error
     * @return the same error with cause and remedy, or the error itself where there is nothing to add
     */
    static SQLException explain(String node, SQLException refusal) {
        String cause = cause(refusal);
        return cause == null
                ? refusal
                : new SQLException(
                        "node '%s' cannot prepare its part of the transaction: %s (the server says: %s)"
                                .formatted(node, cause, firstLine(refusal)),
                        refusal.getSQLState(),
                        refusal);
    }

    private static @Nullable String cause(SQLException refusal) {
        return switch (String.valueOf(refusal.getSQLState())) {
            case "0A000" ->
                unsupported(refusal)
                        + "; or let this node be the home (postgres.xa.decision.home), which is not prepared";
            case "53200" ->
                routine(refusal).contains("Lock")
                        ? "its lock table is full. Raise max_locks_per_transaction, and restart that server"
                        : "its slots for prepared transactions are used up. Look whether some were forgotten there, and"
                                + " settle them first; or raise max_prepared_transactions above its present value, and"
                                + " restart that server";
            case "55000" ->
                "prepared transactions are switched off there. Set max_prepared_transactions on that server to"
                        + " max_connections or more, and restart it";
            default -> null;
        };
    }

    /**
     * Tells the cases apart by the server function that raised the error: its text is translated, and PostgreSQL gives
     * all of these the same SQLSTATE.
     */
    private static String unsupported(SQLException refusal) {
        return switch (routine(refusal)) {
            case "AtPrepare_Notify" ->
                "it used NOTIFY, LISTEN or UNLISTEN there. Do that after the commit, or in a separate transaction";
            case "PreCommit_Portals" ->
                "it declared a cursor WITH HOLD there (the driver does so for ResultSet.HOLD_CURSORS_OVER_COMMIT)."
                        + " Use a cursor that ends with the transaction";
            case "CheckForSessionAndXactLocks", "AtPrepare_Locks" ->
                "it holds the same lock for the session and for the transaction. Take an advisory lock in one"
                        + " of the two ways only, best with pg_advisory_xact_lock";
            case "pgfdw_xact_callback" ->
                "it used a foreign table of postgres_fdw there, even if only to read. Make that server a node, too,"
                        + " or read it in a separate transaction";
            case "PrepareTransaction" ->
                String.valueOf(refusal.getMessage()).contains("snapshot")
                        ? "it exported a snapshot there. Export it in a separate transaction"
                        : "it used a temporary table, view, function or type there, even if only to read it. Use an"
                                + " ordinary or an unlogged table, or do that work in a separate transaction";
            default -> "it did something there that PostgreSQL cannot prepare";
        };
    }

    private static String routine(SQLException refusal) {
        ServerErrorMessage message = refusal instanceof PSQLException e ? e.getServerErrorMessage() : null;
        String routine = message == null ? null : message.getRoutine();
        return routine == null ? "" : routine;
    }

    private static String firstLine(SQLException refusal) {
        return String.valueOf(refusal.getMessage()).strip().lines().findFirst().orElse("");
    }
}
