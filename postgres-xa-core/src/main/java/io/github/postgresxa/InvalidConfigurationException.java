package io.github.postgresxa;

/**
 * The application must not start like this: a setting or a server cannot keep the promise. Nothing has been changed. The
 * message says what is wrong and what to change.
 */
public final class InvalidConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String action;

    /**
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
