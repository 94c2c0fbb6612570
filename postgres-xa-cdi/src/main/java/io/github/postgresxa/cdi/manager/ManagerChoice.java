package io.github.postgresxa.cdi.manager;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.ManagerRules;
import java.util.Optional;

/** Chooses between a manager that is there and an embedded one, as {@code postgres.xa.transaction-manager} says. */
public final class ManagerChoice {

    private ManagerChoice() {}

    /**
     * Checks the choice.
     *
     * @param values the configuration
     * @param found the manager of the application or its server
     * @return the same, if it is to be used; empty for an embedded one
     * @throws InvalidConfigurationException if there is one and another one is asked for, or it has no registry
     */
    public static Optional<ServerManager> of(Configuration values, Optional<ServerManager> found) {
        found.ifPresent(manager -> {
            if (values.choice("transaction-manager").equals("atomikos")) {
                throw ManagerRules.another(
                        "the transaction manager " + manager.where(),
                        "Set postgres.xa.transaction-manager=auto to use that one.");
            }
            if (manager.registry() == null) {
                throw new InvalidConfigurationException(
                        ("There is a transaction manager (%s), but no"
                                        + " jakarta.transaction.TransactionSynchronizationRegistry.")
                                .formatted(manager.where()),
                        "Produce the registry of the same transaction manager as a bean.");
            }
        });
        return found;
    }
}
