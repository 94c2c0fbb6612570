package io.github.postgresxa.cdi.recovery;

import org.jspecify.annotations.Nullable;

/**
 * What became of a registration.
 *
 * @param recovery the recovery that knows the nodes, or would have to, for people
 * @param problem why it does not know them, and what to do; null if it does
 * @param undo ends the registration, at the end of the application
 */
public record Registration(String recovery, @Nullable String problem, Runnable undo) {

    /**
     * The recovery knows the nodes.
     *
     * @param recovery its name, for people
     * @param undo ends the registration
     * @return the registration
     */
    public static Registration done(String recovery, Runnable undo) {
        return new Registration(recovery, null, undo);
    }

    /**
     * The recovery does not know the nodes.
     *
     * @param recovery its name, for people
     * @param problem why, and what to do
     * @return the registration
     */
    public static Registration notPossible(String recovery, String problem) {
        return new Registration(recovery, problem, () -> {});
    }
}
