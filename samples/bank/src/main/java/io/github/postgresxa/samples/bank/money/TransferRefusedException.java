package io.github.postgresxa.samples.bank.money;

/**
 * The order is wrong, or the account does not have enough money. Nothing was moved, and sending it again would not
 * help.
 */
public final class TransferRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The reasons why an order is refused. */
    public enum Reason {
        /** Something is missing or cannot be understood. */
        MALFORMED,
        /** The amount cannot be moved. */
        BAD_AMOUNT,
        /** Payer and receiver are the same. */
        SAME_ACCOUNT,
        /** There is no such account, or no such node. */
        UNKNOWN_ACCOUNT,
        /** The payer does not have enough money. */
        OVERDRAFT,
        /** Another transfer has this id. */
        ID_TAKEN
    }

    private final Reason reason;

    /**
     * Creates the exception.
     *
     * @param reason why the order is refused
     * @param message what is wrong, for the client
     */
    public TransferRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** {@return the reason} */
    public Reason reason() {
        return reason;
    }
}
