package io.github.postgresxa.spring.observation;

/** Marks an observation as failed. It is never thrown, so it has no stack trace. */
final class StepFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    StepFailedException(String message) {
        super(message, null, false, false);
    }
}
