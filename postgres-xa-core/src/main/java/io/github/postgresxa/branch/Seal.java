package io.github.postgresxa.branch;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.function.Supplier;

/**
 * Why the application can run nothing more in a branch.
 *
 * @param reason what the application receives; made when it does
 * @param timeout whether the transaction has timed out
 */
record Seal(Supplier<String> reason, boolean timeout) {

    private static final String CANCELLED = "57014";

    /** {@return the error for anything that the application tries now} */
    SQLException refusal() {
        String text = reason.get();
        return timeout ? new SQLTimeoutException(text, "25000") : new SQLException(text, "25000");
    }

    /**
     * Explains the failure of a statement that was running when the transaction was ended from elsewhere. The server or
     * the driver only knows that the statement was cancelled or lost its connection.
     *
     * @param node the node's name
     * @param failure how the statement failed
     * @return the reason, or the failure itself where that is an answer to the statement
     */
    SQLException explain(String node, SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (!state.equals(CANCELLED) && !state.startsWith("08") && !state.startsWith("57P")) {
            return failure;
        }
        String text = "%s; the statement on node '%s' was cancelled".formatted(reason.get(), node);
        return timeout ? new SQLTimeoutException(text, state, failure) : new SQLException(text, state, failure);
    }
}
