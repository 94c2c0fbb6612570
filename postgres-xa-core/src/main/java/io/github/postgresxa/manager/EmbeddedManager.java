package io.github.postgresxa.manager;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.manager.atomikos.AtomikosManager;
import io.github.postgresxa.manager.narayana.NarayanaManager;
import io.github.postgresxa.prepared.ManagerRecovery;
import java.time.Duration;

/** Starts the manager that the application chooses or has on its class path. */
public final class EmbeddedManager {

    private EmbeddedManager() {}

    /**
     * Refuses to start without the jars of the manager.
     *
     * @param kind the manager
     * @throws InvalidConfigurationException if a jar is missing or does not fit; it names the right one
     */
    public static void check(ManagerKind kind) {
        if (isNarayana(kind)) {
            NarayanaJar.check();
        } else {
            AtomikosJar.check();
        }
    }

    private static boolean isNarayana(ManagerKind kind) {
        return switch (kind) {
            case NARAYANA -> true;
            case ATOMIKOS -> false;
            case AUTO -> NarayanaJar.isThere();
        };
    }

    /**
     * Starts the manager, or joins the one that another instance has started in this process.
     *
     * @param kind the manager
     * @param defaultTimeout of transactions that name none; if the application runs Atomikos itself, its own counts
     * @param recovery what the instance's recovery does for it
     * @return the manager
     * @throws InvalidConfigurationException if a jar is missing or does not fit; it names the right one
     */
    public static JtaManager open(ManagerKind kind, Duration defaultTimeout, ManagerRecovery recovery) {
        check(kind);
        return isNarayana(kind) ? narayana(defaultTimeout, recovery) : atomikos(defaultTimeout, recovery);
    }

    private static JtaManager narayana(Duration defaultTimeout, ManagerRecovery recovery) {
        try {
            return NarayanaManager.open(defaultTimeout, recovery);
        } catch (NoClassDefFoundError | IncompatibleClassChangeError e) {
            throw NarayanaJar.incomplete(e);
        }
    }

    private static JtaManager atomikos(Duration defaultTimeout, ManagerRecovery recovery) {
        try {
            return AtomikosManager.open(defaultTimeout, recovery);
        } catch (NoClassDefFoundError | IncompatibleClassChangeError e) {
            throw AtomikosJar.incomplete(e);
        }
    }
}
