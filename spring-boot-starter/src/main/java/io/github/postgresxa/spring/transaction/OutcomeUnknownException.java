package io.github.postgresxa.spring.transaction;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import org.springframework.transaction.HeuristicCompletionException;

/**
 * Reports that the commit was sent and its reply was lost. Either all nodes keep the transaction's changes or none
 * does; which of the two is not known here. {@link PostgresXa#outcome(TransactionId)} returns the result as soon as
 * the node that keeps the decision answers.
 *
 * <p>JTA has a single term for this and for a torn transaction, "heuristic mixed"; this type says that the transaction
 * is not torn. If resources other than PostgreSQL nodes took part, it speaks of the nodes only.
 */
public final class OutcomeUnknownException extends HeuristicCompletionException {

    private static final long serialVersionUID = 1L;

    private final transient TransactionId transaction;

    /**
     * Creates the exception.
     *
     * @param transaction the transaction
     * @param cause the transaction manager's exception
     */
    public OutcomeUnknownException(TransactionId transaction, Throwable cause) {
        super(STATE_UNKNOWN, cause);
        this.transaction = transaction;
    }

    /** {@return the transaction whose outcome is unknown} */
    public TransactionId transaction() {
        return transaction;
    }

    @Override
    public String getMessage() {
        return ("The outcome of transaction %s is not known: the reply to its commit was lost. Either all nodes keep"
                        + " its changes or none does. Recovery settles its prepared branches. Call PostgresXa.outcome"
                        + " for the result before you try again.")
                .formatted(transaction);
    }
}
