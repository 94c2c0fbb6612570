package io.github.postgresxa.configuration;

import io.github.postgresxa.InvalidConfigurationException;

/** What {@code postgres.xa.transaction-manager} allows beside a manager that is there. */
public final class ManagerRules {

    private ManagerRules() {}

    /**
     * Returns what to say where the embedded Atomikos is asked for beside another manager.
     *
     * @param there what is there, for people
     * @param action what to do
     * @return the exception to throw
     */
    public static InvalidConfigurationException another(String there, String action) {
        return new InvalidConfigurationException(
                ("postgres.xa.transaction-manager=atomikos asks for the embedded Atomikos, but there is already %s."
                                + " Two managers in one application do not see each other's transactions.")
                        .formatted(there),
                action);
    }
}
