package io.github.postgresxa.transaction;

import java.sql.SQLTimeoutException;
import java.util.List;

/** The transaction's time was over before its commit. */
final class TimedOutException extends SQLTimeoutException {

    private static final long serialVersionUID = 1L;

    TimedOutException(String message) {
        super(message, "25000");
    }

    /** {@return what is told of a transaction over the nodes} */
    static TimedOutException of(GlobalTransaction transaction, TimeLimit limit) {
        List<String> busy = transaction.busyNodes();
        return new TimedOutException("transaction %s took longer than its timeout of %s%s and is rolled back"
                .formatted(
                        transaction.id(),
                        limit.text(),
                        busy.isEmpty() ? "" : ", while a statement ran on node " + String.join(", ", busy) + ","));
    }

    /** {@return what is told of a transaction that has used no node} */
    static TimedOutException withoutNodes(TimeLimit limit) {
        return new TimedOutException("it took longer than its timeout of %s".formatted(limit.text()));
    }
}
