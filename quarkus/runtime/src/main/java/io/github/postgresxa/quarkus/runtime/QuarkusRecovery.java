package io.github.postgresxa.quarkus.runtime;

import io.github.postgresxa.cdi.recovery.RecoveryAdapter;
import io.github.postgresxa.cdi.recovery.Registration;
import jakarta.transaction.TransactionManager;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Tells whether Quarkus runs Narayana's recovery at all: its registry takes resources also if it does not. Where it
 * runs, the adapter for the registry registers the nodes.
 */
public final class QuarkusRecovery implements RecoveryAdapter {

    private static final String KEY = "quarkus.transaction-manager.enable-recovery";

    /** Creates the adapter. */
    public QuarkusRecovery() {}

    static boolean isEnabled() {
        return ConfigProvider.getConfig().getOptionalValue(KEY, Boolean.class).orElse(false);
    }

    @Override
    public Optional<Registration> register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes) {
        return isEnabled()
                ? Optional.empty()
                : Optional.of(Registration.notPossible(
                        "Narayana in Quarkus",
                        "It does not run. Where another resource takes part, set %s=true, and %s to a name that is"
                                        .formatted(KEY, ManagerName.KEY)
                                + " unique among the instances."));
    }
}
