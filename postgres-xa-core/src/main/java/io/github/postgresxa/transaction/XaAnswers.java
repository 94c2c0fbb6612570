package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes as XA codes, the only place where one becomes the other. A wrong code makes a manager report the opposite: XAER_RMERR, XAER_PROTO
 * and XA_RETRY are read as "rolled back" by Narayana, and a RuntimeException is read as success. So: rolled back for sure is
 * XA_RB*, unknown is XAER_RMFAIL, and nothing else is used.
 */
final class XaAnswers {

    private XaAnswers() {}

    /** Nothing that the transaction wrote is kept, on any node. */
    static XAException rolledBack(TransactionId id, @Nullable Throwable reason) {
        return exception(
                rollbackCode(reason),
                "Transaction %s is rolled back on all nodes: %s".formatted(id, text(reason)),
                reason);
    }

    /** The manager was told "unknown" before; the code is the one that ends its questions. */
    static XAException rolledBackAfterAll(TransactionId id) {
        return exception(XAException.XA_HEURRB, "Transaction %s is rolled back on all nodes".formatted(id), null);
    }

    /** The manager decided to roll back what a row C had committed before. */
    static XAException committedAfterAll(TransactionId id) {
        return exception(XAException.XA_HEURCOM, "Transaction %s is committed on all nodes".formatted(id), null);
    }

    /** All is kept or nothing is; which of the two is not known here. */
    static XAException unknown(TransactionId id, @Nullable Throwable reason) {
        return exception(
                XAException.XAER_RMFAIL,
                ("The outcome of transaction %s is not known: %s. All of it is committed or nothing is. Ask PostgresXa.outcome(\"%1$s\")"
                                + " before you try again; if a single node wrote, no row tells, and only its data do.")
                        .formatted(id, text(reason)),
                reason);
    }

    private static int rollbackCode(@Nullable Throwable reason) {
        if (reason instanceof TimedOutException) {
            return XAException.XA_RBTIMEOUT;
        }
        String state = reason instanceof SQLException e && e.getSQLState() != null ? e.getSQLState() : "";
        if (state.equals("40P01")) {
            return XAException.XA_RBDEADLOCK;
        }
        if (state.startsWith("40")) {
            return XAException.XA_RBTRANSIENT;
        }
        return state.startsWith("23") ? XAException.XA_RBINTEGRITY : XAException.XA_RBROLLBACK;
    }

    /** One line of it, whatever data a server quotes: it goes to the log. */
    static String text(@Nullable Throwable reason) {
        String message = reason == null ? null : reason.getMessage();
        return message == null
                ? "the application asked for it"
                : message.replaceFirst("\\.\\s*$", "")
                        .replaceAll("\\s*\\R\\s*", "; ")
                        .replaceAll("\\p{Cntrl}", "?");
    }

    private static XAException exception(int code, String message, @Nullable Throwable reason) {
        XAException exception = new XAException(message);
        exception.errorCode = code;
        exception.initCause(reason);
        return exception;
    }
}
