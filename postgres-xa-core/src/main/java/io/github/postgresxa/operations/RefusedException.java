package io.github.postgresxa.operations;

/** An operator's order was refused; nothing was changed. The message says why, and what to do. */
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
