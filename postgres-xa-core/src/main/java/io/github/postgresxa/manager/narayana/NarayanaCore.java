package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.coordinator.TransactionReaper;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.xa.XATxConverter;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.manager.nodelog.NodeLog;
import io.github.postgresxa.node.Uninterruptibles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one Narayana of this process. Its state is static, so it is shared and counted: the first lease starts it, the
 * last one stops its threads. Spring contexts that live side by side in one JVM each hold a lease.
 */
final class NarayanaCore {

    private static final Logger LOG = LoggerFactory.getLogger(NarayanaManager.class);

    private static final MixedTransactions MIXED = new MixedTransactions();
    private static final LogOnDemand LOG_ON_DEMAND = new LogOnDemand();
    private static final RecoveredResources RECOVERED = new RecoveredResources();

    private static int leases;
    private static volatile @Nullable DurableLog durable;
    private static @Nullable RecoveryManager recovery;
    private static @Nullable RecoveryScans scans;
    private static volatile byte[] name = new byte[0];
    private static volatile boolean nameKept;
    private static volatile OtherNarayanaResources others = new OtherNarayanaResources(null);

    private NarayanaCore() {}

    /** A share in the core. */
    static final class Lease {

        private final AtomicBoolean released = new AtomicBoolean();
        private @Nullable XAResource recovered;

        /** Lets recovery ask a resource. If an earlier run may have left something, recovery begins. */
        void recovers(XAResource resource) {
            recovered = resource;
            RECOVERED.add(resource);
            startScansIfNameIsKept();
        }

        void release() {
            if (released.compareAndSet(false, true)) {
                if (recovered != null) {
                    RECOVERED.remove(recovered);
                }
                NarayanaCore.release();
            }
        }
    }

    static synchronized Lease acquire() {
        if (leases == 0) {
            start();
        }
        leases++;
        return new Lease();
    }

    private static void start() {
        QuietLog.unlessConfigured();
        Environment.prepare(MIXED);
        DurableLog log = chosen(arjPropertyManager.getObjectStoreEnvironmentBean(), Environment.configuredName());
        boolean done = false;
        try {
            Environment.name(log.managerName());
            RecoveryManager manager = recovery;
            if (manager == null) {
                manager = install();
                recovery = manager;
            }
            LOG_ON_DEMAND.use(log);
            name = log.managerName().getBytes(StandardCharsets.UTF_8);
            nameKept = log.exists();
            scans = new RecoveryScans(manager);
            durable = log;
            done = true;
        } finally {
            if (!done) {
                log.close();
            }
        }
    }

    /** A name of the application, and what an earlier release has left in a directory, need the file. */
    private static DurableLog chosen(ObjectStoreEnvironmentBean settings, @Nullable String configuredName) {
        if (configuredName != null || FileLog.isThere(settings)) {
            FileLog file = FileLog.at(settings, configuredName);
            if (configuredName != null || file.exists()) {
                return file;
            }
            file.close(); // It is another process's.
        }
        return new LogInNode(new NodeLog(new TransactionsUnderWay()));
    }

    /**
     * Puts our store and our resources into Narayana, once. Its recovery exists from now on, so that an application can
     * make other resources known to it; it has no thread.
     */
    private static RecoveryManager install() {
        try {
            new StoreManager(LOG_ON_DEMAND, LOG_ON_DEMAND, LOG_ON_DEMAND);
            WatchedRecoveryModule ours = Environment.recoveryModule();
            RecoveryManager manager = RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
            XARecoveryModule module = XARecoveryModule.getRegisteredXARecoveryModule();
            if (module != null) {
                module.addXAResourceRecoveryHelper(RECOVERED);
                module.addXAResourceOrphanFilter(new NamesOfOthers(NarayanaCore::recoversItself));
            }
            others = new OtherNarayanaResources(ours);
            return manager;
        } catch (IllegalStateException | IllegalArgumentException e) {
            InvalidConfigurationException refusal = new InvalidConfigurationException(
                    "Narayana is already running in this process, and this library has not started it: its log and its"
                            + " recovery belong to the application.",
                    "Pass its transaction manager and its registry to PostgresXa.builder().transactionManager (in"
                            + " Spring: define them as beans), and register PostgresXa.recoveryResource with its"
                            + " recovery if other resources take part. Or let this library start it first.");
            refusal.initCause(e);
            throw refusal;
        }
    }

    private static synchronized void startScansIfNameIsKept() {
        RecoveryScans current = scans;
        if (current != null && nameKept && nodeLog() == null) {
            current.start();
        }
    }

    /** {@return the log in a node; null if there is a file} */
    static synchronized @Nullable NodeLog nodeLog() {
        return durable instanceof LogInNode node ? node.log() : null;
    }

    /** {@return the resources beside the nodes that recovery can ask} */
    static OtherNarayanaResources others() {
        return others;
    }

    /** {@return whether decisions are on a node} */
    static boolean decidesOnNode() {
        return durable instanceof LogInNode;
    }

    /**
     * Prepares for recovery: from here on, a crash may leave branches for Narayana.
     *
     * @throws IOException if they could not be found again
     */
    static void keepName() throws IOException {
        DurableLog log = current();
        if (nameKept && log.exists()) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // It would close a file.
        try {
            log.keepName(); // It may ask a node, so it holds no lock here.
        } catch (IOException e) {
            LOG.error(LogMessages.NO_MANAGER_LOG, e.getMessage());
            throw e;
        } finally {
            Uninterruptibles.restore(interrupted);
        }
        nameIsKept(log);
    }

    private static DurableLog current() throws IOException {
        DurableLog log = durable;
        if (log == null) {
            throw new IOException("the transaction manager is closed");
        }
        return log;
    }

    private static synchronized void nameIsKept(DurableLog log) {
        if (log == durable && !nameKept) {
            nameKept = true;
            startScansIfNameIsKept();
            warnIfNothingIsRecovered();
        }
    }

    /** The first transaction with another resource has come, and a crash could leave that one prepared for ever. */
    private static void warnIfNothingIsRecovered() {
        if (nodeLog() != null && !others.helpersAreSeen()) {
            LOG.warn(LogMessages.RECOVERY_NOT_SEEN);
        } else if (nodeLog() != null && !others.areThere()) {
            LOG.warn(LogMessages.RESOURCE_NOT_RECOVERED);
        }
    }

    private static boolean recoversItself(Xid xid) {
        return isOurs(xid) && nodeLog() == null;
    }

    /** {@return whether a transaction's identifier is this manager's: 28 bytes, followed by the whole name} */
    static boolean isOurs(Xid xid) {
        byte[] id = xid.getGlobalTransactionId();
        byte[] ours = name;
        return xid.getFormatId() == XATxConverter.FORMAT_ID
                && id.length == Uid.UID_SIZE + ours.length
                && Arrays.equals(id, Uid.UID_SIZE, id.length, ours, 0, ours.length);
    }

    /** Stops Narayana's threads if no instance is open. */
    static synchronized void stopIfUnused() {
        if (leases == 0) {
            TransactionReaper.terminate(false);
        }
    }

    /**
     * Releases a lease. The owner has drained its transactions before; the last one has those rolled back that are left
     * all the same.
     */
    private static synchronized void release() {
        leases--;
        if (leases > 0) {
            return;
        }
        RecoveryScans running = scans;
        DurableLog log = durable;
        scans = null;
        durable = null;
        nameKept = false;
        try {
            TransactionReaper.terminate(false);
        } finally {
            if (running != null) {
                running.stop();
            }
            LOG_ON_DEMAND.leave();
            if (log != null) {
                log.close();
            }
        }
    }
}
