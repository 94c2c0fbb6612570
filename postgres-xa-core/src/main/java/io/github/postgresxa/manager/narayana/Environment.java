package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.RecoveryEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.coordinator.TxControl;
import com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule;
import com.arjuna.ats.internal.arjuna.utils.SocketProcessId;
import com.arjuna.ats.internal.arjuna.utils.UuidProcessId;
import com.arjuna.ats.jta.common.JTAEnvironmentBean;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import io.github.postgresxa.InvalidConfigurationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Narayana's settings, which are static. What the application has set itself, in {@code jbossts-properties.xml}, as a
 * system property or on the beans, stays as it is; only the values that Narayana comes with are replaced. That has to
 * be before any other class of Narayana is loaded, because most of them read their settings once.
 */
final class Environment {

    private static final String SHIPPED_NAME = "1";
    private static final String SHIPPED_DIRECTORY = "PutObjectStoreDirHere";
    private static final int SHIPPED_BACKOFF = 10;
    private static final int SHIPPED_EXPIRY_SCAN = 12;

    private static final String DIRECTORY = "transaction-logs/narayana";

    /** The gid of a prepared branch carries the manager's identifier, and a longer name would not fit into it. */
    private static final int LONGEST_NAME = 19;

    private static final String JTA_RECOVERY = "com.arjuna.ats.internal.jta.recovery.arjunacore.";
    private static final String XA_MODULE = JTA_RECOVERY + "XARecoveryModule";

    private static final List<String> SHIPPED_MODULES = List.of(
            JTA_RECOVERY + "CommitMarkableResourceRecordRecoveryModule",
            "com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule",
            "com.arjuna.ats.internal.txoj.recovery.TORecoveryModule",
            XA_MODULE);

    private static final List<String> ORPHAN_FILTERS = List.of(
            JTA_RECOVERY + "JTATransactionLogXAResourceOrphanFilter",
            JTA_RECOVERY + "JTANodeNameXAResourceOrphanFilter",
            JTA_RECOVERY + "JTAActionStatusServiceXAResourceOrphanFilter");

    private static @Nullable String nameFromHere;

    private Environment() {}

    /** Sets everything but the name. */
    static void prepare(MixedTransactions plugin) {
        core(arjPropertyManager.getCoreEnvironmentBean());
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false); // It listens.
        store(arjPropertyManager.getObjectStoreEnvironmentBean());
        recovery(recoveryPropertyManager.getRecoveryEnvironmentBean());
        jta(jtaPropertyManager.getJTAEnvironmentBean(), plugin);
    }

    private static void core(CoreEnvironmentBean core) {
        if (SocketProcessId.class.getName().equals(core.getProcessImplementationClassName())) {
            // The default takes the number of a port for the process, and listens there.
            core.setProcessImplementationClassName(UuidProcessId.class.getName());
        }
        core.setLogAndRethrow(false); // The caller has the exception.
    }

    private static void store(ObjectStoreEnvironmentBean store) {
        String directory = store.getObjectStoreDir();
        if (directory.equals(SHIPPED_DIRECTORY)
                || directory.equals(new ObjectStoreEnvironmentBean().getObjectStoreDir())) {
            store.setObjectStoreDir(Path.of(DIRECTORY).toString());
        }
    }

    private static void recovery(RecoveryEnvironmentBean recovery) {
        if (recovery.getRecoveryBackoffPeriod() == SHIPPED_BACKOFF) {
            recovery.setRecoveryBackoffPeriod(1); // What is under way here is known without a wait.
        }
        if (recovery.getExpiryScanInterval() == SHIPPED_EXPIRY_SCAN) {
            recovery.setExpiryScanInterval(0); // Nothing expires, so no thread has to look.
        }
    }

    /**
     * Sets the modules of recovery, unless the application has its own. Their constructors need the store.
     *
     * @return ours; null if there are others
     */
    static @Nullable WatchedRecoveryModule recoveryModule() {
        RecoveryEnvironmentBean recovery = recoveryPropertyManager.getRecoveryEnvironmentBean();
        List<String> modules = recovery.getRecoveryModuleClassNames();
        if (!modules.isEmpty() && !modules.equals(SHIPPED_MODULES)) {
            return null;
        }
        WatchedRecoveryModule ours = new WatchedRecoveryModule();
        recovery.setRecoveryModules(List.of(new AtomicActionRecoveryModule(), ours));
        return ours;
    }

    private static void jta(JTAEnvironmentBean jta, MixedTransactions plugin) {
        if (jta.getXaResourceOrphanFilterClassNames().isEmpty()) {
            jta.setXaResourceOrphanFilterClassNames(ORPHAN_FILTERS);
        }
        if (jta.getXAResourceRecordWrappingPlugin() == null) {
            jta.setXAResourceRecordWrappingPlugin(plugin);
        }
    }

    /**
     * {@return the name that the application has given the manager; null if it has not}
     *
     * @throws InvalidConfigurationException if it is too long
     */
    static @Nullable String configuredName() {
        String name = arjPropertyManager.getCoreEnvironmentBean().getNodeIdentifier();
        if (name == null || name.equals(SHIPPED_NAME) || name.equals(nameFromHere)) {
            return null;
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new InvalidConfigurationException(
                    "Narayana's node identifier '%s' is longer than %d bytes, so PostgreSQL would refuse the names of"
                                    .formatted(name, LONGEST_NAME)
                            + " prepared branches that carry it.",
                    "Set a shorter CoreEnvironmentBean.nodeIdentifier, or none: then it is chosen.");
        }
        return name;
    }

    /**
     * Gives the manager its name, unless that is the one of the application.
     *
     * @param name the name
     */
    static void name(String name) {
        JTAEnvironmentBean jta = jtaPropertyManager.getJTAEnvironmentBean();
        List<String> recovered = jta.getXaRecoveryNodes();
        String before = nameFromHere;
        if (configuredName() == null) {
            try {
                arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(name);
            } catch (CoreEnvironmentBeanException e) {
                throw new IllegalStateException("Narayana refuses the name " + name, e);
            }
            nameFromHere = name;
        }
        if (recovered.isEmpty()
                || recovered.equals(List.of(SHIPPED_NAME))
                || before != null && recovered.equals(List.of(before))) {
            jta.setXaRecoveryNodes(List.of(name));
        }
        TxControl.setXANodeName(name); // It has been read already if this is not the first start.
    }
}
