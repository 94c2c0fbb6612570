package io.github.postgresxa.manager;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.manager.atomikos.AtomikosManager;
import io.github.postgresxa.manager.narayana.NarayanaManager;
import io.github.postgresxa.prepared.NodeScan;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

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
     * @param recovery receives a test for this manager's identifiers, and returns the resource that lists and finishes
     *     the transactions to recover
     * @return the manager
     * @throws InvalidConfigurationException if a jar is missing or does not fit; it names the right one
     */
    public static JtaManager open(
            ManagerKind kind, Duration defaultTimeout, Function<Predicate<Xid>, NodeScan> recovery) {
        check(kind);
        return isNarayana(kind) ? narayana(defaultTimeout, recovery) : atomikos(defaultTimeout, recovery);
    }

    private static JtaManager narayana(Duration defaultTimeout, Function<Predicate<Xid>, NodeScan> recovery) {
        try {
            return NarayanaManager.open(defaultTimeout, recovery);
        } catch (NoClassDefFoundError | IncompatibleClassChangeError e) {
            throw NarayanaJar.incomplete(e);
        }
    }

    private static JtaManager atomikos(Duration defaultTimeout, Function<Predicate<Xid>, NodeScan> recovery) {
        try {
            return AtomikosManager.open(defaultTimeout, recovery);
        } catch (NoClassDefFoundError | IncompatibleClassChangeError e) {
            throw AtomikosJar.incomplete(e);
        }
    }
}
