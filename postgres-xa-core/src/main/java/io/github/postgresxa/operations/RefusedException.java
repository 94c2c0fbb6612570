package io.github.postgresxa.operations;

/** An operator's order was refused; nothing was changed. The message says why, and what can be done. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message why, and what can be done */
    public RefusedException(String message) {
        super(message);
    }
}
