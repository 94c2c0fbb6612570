package io.github.postgresxa.samples.bank.money;

/** A mistake in the order, or an account that does not hold enough. Nothing was moved, and sending it again would not help. */
public final class TransferRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why an order is refused. */
    public enum Reason {
        /** Something is missing or cannot be understood. */
        MALFORMED,
        /** The amount is not one that can be moved. */
        BAD_AMOUNT,
        /** Payer and receiver are the same. */
        SAME_ACCOUNT,
        /** There is no such account, or no such node. */
        UNKNOWN_ACCOUNT,
        /** The payer does not hold enough. */
        OVERDRAFT,
        /** Another transfer has this id. */
        ID_TAKEN
    }

    private final Reason reason;

    public TransferRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** {@return why} */
    public Reason reason() {
        return reason;
    }
}
