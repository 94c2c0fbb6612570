package io.github.postgresxa.samples.jakarta.web;

/** The order cannot be read. */
final class MalformedOrderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedOrderException(String message, Throwable cause) {
        super(message, cause);
    }
}
