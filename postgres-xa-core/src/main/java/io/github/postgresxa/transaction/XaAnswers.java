package io.github.postgresxa.transaction;

import io.github.postgresxa.TransactionId;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;

/**
 * Translates outcomes to XA codes, in this one place. A wrong code makes a manager report the opposite: Narayana reads
 * XAER_RMERR, XAER_PROTO and XA_RETRY as "rolled back", and a RuntimeException as success. So a certain rollback is
 * XA_RB*, an unknown outcome is XAER_RMFAIL, and XA_HEUR* is only for what others decided.
 */
final class XaAnswers {

    private XaAnswers() {}

    /** {@return the answer for a rollback: nothing that the transaction wrote is kept, on any node} */
    static XAException rolledBack(TransactionId id, @Nullable Throwable reason) {
        return exception(
                rollbackCode(reason),
                "Transaction %s is rolled back on all nodes: %s".formatted(id, text(reason)),
                reason);
    }

    /**
     * {@return the answer for a rollback after the manager received "unknown"; its code ends the manager's questions}
     */
    static XAException rolledBackAfterAll(TransactionId id) {
        return exception(XAException.XA_HEURRB, "Transaction %s is rolled back on all nodes".formatted(id), null);
    }

    /** {@return the answer to a rollback of what a row C had committed before} */
    static XAException committedAfterAll(TransactionId id) {
        return exception(XAException.XA_HEURCOM, "Transaction %s is committed on all nodes".formatted(id), null);
    }

    /**
     * {@return the answer for an unknown outcome: all is kept or nothing is, and which of the two is not known here}
     */
    static XAException unknown(TransactionId id, @Nullable Throwable reason) {
        return exception(XAException.XAER_RMFAIL, unknownText(id, reason), reason);
    }

    /** {@return the answer for what an operator's order has committed, but for a branch that it did not find} */
    static XAException mixed(TransactionId id, @Nullable Throwable reason) {
        return exception(
                XAException.XA_HEURMIX,
                "Transaction %s may be committed in part: %s. Compare the data".formatted(id, text(reason)),
                reason);
    }

    /** {@return what an application reads about an unknown outcome} */
    static String unknownText(TransactionId id, @Nullable Throwable reason) {
        return ("The outcome of transaction %s is not known: %s. All of it is committed or nothing is. Ask"
                        + " PostgresXa.outcome(\"%1$s\") before you try again; if a single node wrote, there is no"
                        + " decision, and only its data show the outcome.")
                .formatted(id, reason == null ? "the reply to its commit was lost" : text(reason));
    }

    /** {@return what an application reads if an operator's order to commit came before the manager's rollback} */
    static String overruledText(TransactionId id) {
        return ("Transaction %s was committed on the nodes by an operator's order, and then the transaction manager"
                        + " decided to roll back: what other resources did is rolled back. Compare the data.")
                .formatted(id);
    }

    /** {@return the answer where a transaction cannot begin} */
    static XAException cannotBegin(TransactionId id, String why, Throwable reason) {
        return exception(XAException.XAER_RMERR, "Transaction %s cannot begin: %s".formatted(id, why), reason);
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

    /** {@return the reason in one line, whatever data a server quotes: it goes to the log} */
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
