package io.github.postgresxa.samples.jakarta.money;

/** The order cannot be carried out. Nothing has changed. */
public class TransferRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TransferRefusedException(String message) {
        super(message);
    }
}
