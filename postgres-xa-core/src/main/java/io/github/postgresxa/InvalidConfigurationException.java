package io.github.postgresxa;

/**
 * The application must not start with this configuration: a setting or a server breaks the guarantees. Nothing was
 * changed. The message says what is wrong and what to change.
 */
public final class InvalidConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String action;

    /**
     * Creates the exception; its message is the problem, followed by the action.
     *
     * @param problem what is wrong, one or two sentences
     * @param action what to change, with the exact setting or command
     */
    public InvalidConfigurationException(String problem, String action) {
        super(problem + " " + action);
        this.problem = problem;
        this.action = action;
    }

    /** {@return what is wrong} */
    public String problem() {
        return problem;
    }

    /** {@return what to change} */
    public String action() {
        return action;
    }
}
