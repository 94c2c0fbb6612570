package io.github.postgresxa.samples.bank.money;

import java.util.UUID;

/** The reply to a commit was lost: all of the transfer is kept, or nothing. The ledgers will show which. */
public final class OutcomeUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final UUID transfer;

    OutcomeUnknownException(UUID transfer, Throwable cause) {
        super("The outcome of transfer %s is not known".formatted(transfer), cause);
        this.transfer = transfer;
    }

    /** {@return the transfer's id} */
    public UUID transfer() {
        return transfer;
    }
}
