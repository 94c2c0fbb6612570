package io.github.postgresxa.simulation;

/** The promise is broken. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param invariant its name in {@code CommitProtocol.tla} */
    Violation(String invariant, String what) {
        super(invariant + ": " + what);
    }
}
