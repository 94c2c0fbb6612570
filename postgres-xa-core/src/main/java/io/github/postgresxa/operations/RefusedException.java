package io.github.postgresxa.operations;

/**
 * An operator's order was refused, and nothing was changed. Or it failed on the way: then the message says what is not
 * known. It says why, and what to do.
 */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the refusal.
     *
     * @param message why, and what to do
     */
    public RefusedException(String message) {
        super(message);
    }
}
