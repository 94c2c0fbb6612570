package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import org.springframework.transaction.HeuristicCompletionException;

/**
 * The commit was sent and its answer was lost. All nodes keep the transaction's changes or none does, but which of the two
 * is not known here. {@link PostgresXa#outcome(TransactionId)} answers as soon as the node that keeps the decision does.
 *
 * <p>JTA has a single word for this and for a torn transaction, "heuristic mixed"; this type says which of the two it is. If
 * resources other than PostgreSQL nodes took part, it speaks of the nodes only.
 */
public final class OutcomeUnknownException extends HeuristicCompletionException {

    private static final long serialVersionUID = 1L;

    private final transient TransactionId transaction;

    /**
     * @param transaction the transaction
     * @param cause what the transaction manager said
     */
    public OutcomeUnknownException(TransactionId transaction, Throwable cause) {
        super(STATE_UNKNOWN, cause);
        this.transaction = transaction;
    }

    /** {@return the transaction to ask for} */
    public TransactionId transaction() {
        return transaction;
    }

    @Override
    public String getMessage() {
        return ("The outcome of transaction %s is not known: the answer to its commit was lost. All nodes keep its changes or none"
                        + " does. Prepared branches are settled by recovery. Ask PostgresXa.outcome for the result before you try again.")
                .formatted(transaction);
    }
}
