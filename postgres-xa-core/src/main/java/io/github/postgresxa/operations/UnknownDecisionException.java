package io.github.postgresxa.operations;

/** It is not known whether the decision of an order was written. No branch was touched. */
final class UnknownDecisionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownDecisionException(String message, Throwable cause) {
        super(message, cause);
    }
}
