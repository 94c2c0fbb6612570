package io.github.postgresxa.manager.atomikos;

import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.jta.TransactionManagerImp;
import com.atomikos.icatch.provider.ConfigProperties;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.manager.nodelog.NodeLog;
import io.github.postgresxa.transaction.TimeLimit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The one Atomikos core of this process. Its state is static, so it is shared and counted: the first lease starts it,
 * the last one stops it. Spring contexts that live side by side in one JVM each hold a lease.
 */
final class AtomikosCore {

    private static final String PREFIX = "com.atomikos.icatch.";

    /**
     * The longest transaction. About at this age Atomikos also presumes the abort of a transaction that it does not
     * know, so it must not be short; and its branches keep their locks until then, so it must not be long.
     */
    private static final Duration LONGEST_TRANSACTION = Duration.ofHours(1);

    /** By this, Atomikos' own timeout may come later than ours, also that of the longest transaction. */
    private static final Duration BEHIND_OURS = Duration.ofSeconds(2);

    /** No node is down for longer. Added to a moment, it is still a moment. */
    private static final Duration LONGEST_OUTAGE = Duration.ofDays(36_500);

    /** With a log in a node, Atomikos' own recovery does nothing; so its thread should sleep. */
    private static final Duration NEVER = Duration.ofDays(1);

    private static volatile Duration longest = LONGEST_TRANSACTION;
    private static int leases;
    private static boolean startedHere;
    private static volatile boolean mayHavePrepared = true;
    private static volatile @Nullable Thread starting;
    private static volatile @Nullable NodeLog nodeLog;

    private AtomikosCore() {}

    /** A share in the core. */
    static final class Lease {

        private final AtomicBoolean released = new AtomicBoolean();

        void release() {
            if (released.compareAndSet(false, true)) {
                AtomikosCore.release();
            }
        }
    }

    static synchronized Lease acquire(Duration defaultTimeout) {
        if (leases == 0) {
            start(defaultTimeout);
        }
        leases++;
        return new Lease();
    }

    private static void start(Duration defaultTimeout) {
        if (Configuration.getTransactionService() != null) {
            refuseIfItHidesUnknownOutcomes();
            mayHavePrepared = true; // Its name may be that of an earlier run.
            nodeLog = null;
            longest = longestOfTheApplications();
            return; // The application runs Atomikos itself, so it also stops it.
        }
        longest = LONGEST_TRANSACTION;
        try (QuietStart quiet = new QuietStart()) {
            quiet.loadLogging();
            ConfigProperties properties = Configuration.getConfigProperties();
            LogDirectory directory = LogDirectory.configured(properties);
            mayHavePrepared = !directory.isNameNew();
            // What an earlier release has left in its directory is finished from there.
            NodeLog log = directory.isNameNew() ? new NodeLog(OnePhaseTransactions.underWay()) : null;
            nodeLog = log;
            set(
                    properties,
                    "tm_unique_name",
                    log == null ? directory.managerName() : log.name().text());
            set(properties, "log_base_dir", directory.path());
            directory.refuseAnothersLog(properties);
            set(properties, "throw_on_heuristic", "true"); // By default, an unknown outcome is a normal return.
            set(properties, "max_actives", "-1");
            set(
                    properties,
                    "default_jta_timeout",
                    String.valueOf(wholeSeconds(defaultTimeout).toMillis()));
            set(
                    properties,
                    "max_timeout",
                    String.valueOf(LONGEST_TRANSACTION.plus(BEHIND_OURS).toMillis()));
            set(properties, "recovery_delay", log == null ? "10000" : String.valueOf(NEVER.toMillis()));
            // By default, a day after its timeout a decision to commit is deleted, whether it is carried out or not.
            set(properties, "forget_orphaned_log_entries_delay", String.valueOf(LONGEST_OUTAGE.toMillis()));
            // If another resource takes part, a commit that fails is repeated on the application's thread, by default
            // for 50 s, and an interrupt would make that last for ever. GuardedParticipant repeats it.
            set(properties, "oltp_max_retries", "0");
            LateTimers.install();
            startedHere = init();
        }
    }

    private static Duration longestOfTheApplications() {
        long millis = Configuration.getConfigProperties().getMaxTimeout();
        return millis > 0 ? Duration.ofMillis(millis) : TimeLimit.LONGEST;
    }

    /** Starts Atomikos, and stops it if that fails: half started, it would look like one that the application runs. */
    private static boolean init() {
        boolean done = false;
        starting = Thread.currentThread();
        try {
            boolean started = Configuration.init();
            done = true;
            return started;
        } finally {
            starting = null;
            if (!done) {
                Configuration.shutdown(true);
            }
        }
    }

    /** {@return the log in a node; null if Atomikos has a file, or the application runs it} */
    static @Nullable NodeLog nodeLog() {
        return nodeLog;
    }

    /** {@return whether the calling thread starts Atomikos for this library, and not the application for itself} */
    static boolean isStarting() {
        return Thread.currentThread() == starting;
    }

    /** {@return the timeout, rounded up to whole seconds; Atomikos drops fractions} */
    private static Duration wholeSeconds(Duration timeout) {
        return Duration.ofSeconds(timeout.plusSeconds(1).minusNanos(1).toSeconds());
    }

    /** {@return an instance's default timeout: its own, unless the application runs Atomikos itself} */
    static synchronized Duration defaultTimeout(Duration ofInstance) {
        return startedHere ? ofInstance : Duration.ofSeconds(Math.max(1, TransactionManagerImp.getDefaultTimeout()));
    }

    /** {@return the longest transaction; Atomikos shortens what asks for more} */
    static Duration longestTransaction() {
        return longest;
    }

    private static void refuseIfItHidesUnknownOutcomes() {
        if (!Configuration.getConfigProperties().getThrowOnHeuristic()) {
            throw new InvalidConfigurationException(
                    "Atomikos is already running in this process, with settings under which an unknown outcome looks"
                            + " like a commit.",
                    "Set com.atomikos.icatch.throw_on_heuristic=true where it is started, or let this library start"
                            + " it.");
        }
    }

    /** {@return whether a transaction's identifier is this process's: the whole name, followed by its counter} */
    static boolean isOurs(Xid xid) {
        String name = Configuration.getConfigProperties().getTmUniqueName();
        String id = new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8);
        return id.length() == name.length() + ManagerIds.ATOMIKOS_COUNTER && id.startsWith(name);
    }

    /**
     * {@return whether a branch may be prepared for this manager} A new name is random and kept before the first branch
     * is prepared under it, so before that there is none anywhere.
     */
    static boolean mayHavePrepared() {
        return mayHavePrepared;
    }

    /** Notes that a branch will be prepared for this manager. */
    static void prepares() {
        mayHavePrepared = true;
    }

    private static void set(ConfigProperties properties, String name, String value) {
        properties.setProperty(PREFIX + name, value);
    }

    /**
     * Releases a lease. The owner has drained its transactions before, so this does not wait. With an open transaction,
     * Atomikos would wait for all of max_timeout, while it holds the lock that the transaction needs to end.
     */
    private static synchronized void release() {
        leases--;
        if (leases == 0 && startedHere) {
            Configuration.shutdown(true);
            startedHere = false;
            NodeLog log = nodeLog;
            nodeLog = null;
            if (log != null) {
                log.close();
            }
        }
    }
}
