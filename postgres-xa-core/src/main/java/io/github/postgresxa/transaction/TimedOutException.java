package io.github.postgresxa.transaction;

/** The transaction's time was over before it was asked to commit. */
final class TimedOutException extends Exception {

    private static final long serialVersionUID = 1L;

    TimedOutException(String message) {
        super(message);
    }
}
