package io.github.postgresxa.manager;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.manager.atomikos.AtomikosManager;
import io.github.postgresxa.prepared.NodeScan;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;

/** Starts the manager that comes with this project, if its jars are there. */
public final class EmbeddedManager {

    private EmbeddedManager() {}

    /**
     * Starts Atomikos, or joins the one that runs in this process.
     *
     * @param defaultTimeout of transactions that name none; if the application runs Atomikos itself, its own counts
     * @param recovery receives a test for this manager's identifiers, and returns the resource that lists and finishes
     *     the transactions to recover
     * @return the manager
     * @throws InvalidConfigurationException if a jar is missing or does not fit; it names the right one
     */
    public static JtaManager open(Duration defaultTimeout, Function<Predicate<Xid>, NodeScan> recovery) {
        AtomikosJar.check();
        try {
            return AtomikosManager.open(defaultTimeout, recovery);
        } catch (NoClassDefFoundError | IncompatibleClassChangeError e) {
            throw AtomikosJar.incomplete(e);
        }
    }
}
