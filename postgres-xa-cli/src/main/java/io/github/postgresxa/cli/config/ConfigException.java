package io.github.postgresxa.cli.config;

/** The configuration cannot be used. The message says what is wrong, and what to do. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is wrong, and what to do
     */
    public ConfigException(String message) {
        super(message);
    }
}
