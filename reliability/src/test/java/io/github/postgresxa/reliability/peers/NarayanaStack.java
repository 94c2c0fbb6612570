package io.github.postgresxa.reliability.peers;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.agroal.narayana.NarayanaTransactionIntegration;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.Journal;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.Stack;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import javax.transaction.xa.XAResource;
import org.jboss.tm.XAResourceRecovery;
import org.jboss.tm.XAResourceRecoveryRegistry;
import org.postgresql.xa.PGXADataSource;

/**
 * Narayana with Agroal and its own integration of the two, over the driver's XADataSource: what Quarkus and WildFly
 * users have, in plain Java. Recovery is on, every instance has its own name, and the orphan filters are the usual
 * ones. Only recovery's period is shorter.
 */
final class NarayanaStack implements Stack {

    private static final String RECOVERY_PACKAGE = "com.arjuna.ats.internal.jta.recovery.arjunacore.";

    private final Map<String, AgroalDataSource> pools = new LinkedHashMap<>();

    private NarayanaStack(Instance instance) throws Exception {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier(instance.name());
        jtaPropertyManager.getJTAEnvironmentBean().setXaRecoveryNodes(List.of(instance.name()));
        jtaPropertyManager
                .getJTAEnvironmentBean()
                .setXaResourceOrphanFilterClassNames(List.of(
                        RECOVERY_PACKAGE + "JTATransactionLogXAResourceOrphanFilter",
                        RECOVERY_PACKAGE + "JTANodeNameXAResourceOrphanFilter",
                        RECOVERY_PACKAGE + "JTAActionStatusServiceXAResourceOrphanFilter"));
        String directory = instance.directory().resolve(instance.name()).toString();
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class).setObjectStoreDir(directory);
        for (String store : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(directory);
        }
        arjPropertyManager.getCoordinatorEnvironmentBean().setDefaultTimeout(10);
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        // Defaults: every 120 s, 10 s between the two halves of a pass. The orphan safety interval stays at its 20 s.
        recoveryPropertyManager.getRecoveryEnvironmentBean().setPeriodicRecoveryPeriod(3);
        recoveryPropertyManager.getRecoveryEnvironmentBean().setRecoveryBackoffPeriod(1);
        recoveryPropertyManager
                .getRecoveryEnvironmentBean()
                .setRecoveryModuleClassNames(List.of(
                        "com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule",
                        RECOVERY_PACKAGE + "XARecoveryModule"));
        RecoveryManager recovery = RecoveryManager.manager(RecoveryManager.INDIRECT_MANAGEMENT);
        recovery.initialize();
        for (NodeAddress node : instance.nodes()) {
            pools.put(node.name(), pool(node));
        }
        recovery.startRecoveryManagerThread();
    }

    private static AgroalDataSource pool(NodeAddress node) throws Exception {
        AgroalDataSourceConfigurationSupplier settings = new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool -> pool.maxSize(10)
                        .acquisitionTimeout(Duration.ofSeconds(5))
                        .transactionIntegration(new NarayanaTransactionIntegration(
                                manager(),
                                new TransactionSynchronizationRegistryImple(),
                                "java:/" + node.name(),
                                false,
                                new Registry()))
                        .connectionValidator(AgroalConnectionPoolConfiguration.ConnectionValidator.defaultValidator())
                        .validateOnBorrow(true)
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(PGXADataSource.class)
                                .jdbcUrl(node.url() + System.getProperty("peers.url." + node.name(), ""))
                                .principal(new NamePrincipal(node.username()))
                                .credential(new SimplePassword(node.password()))
                                .recoveryPrincipal(new NamePrincipal(node.username()))
                                .recoveryCredential(new SimplePassword(node.password()))));
        return AgroalDataSource.from(settings);
    }

    /**
     * What WildFly and Quarkus do between Agroal and Narayana: recovery asks every pool for its resources at each
     * pass.
     */
    private static final class Registry implements XAResourceRecoveryRegistry {

        private final Map<XAResourceRecovery, XAResourceRecoveryHelper> helpers = new LinkedHashMap<>();

        @Override
        public void addXAResourceRecovery(XAResourceRecovery recovery) {
            XAResourceRecoveryHelper helper = new XAResourceRecoveryHelper() {
                @Override
                public boolean initialise(String properties) {
                    return true;
                }

                @Override
                public XAResource[] getXAResources() {
                    return recovery.getXAResources();
                }
            };
            helpers.put(recovery, helper);
            XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(helper);
        }

        @Override
        public void removeXAResourceRecovery(XAResourceRecovery recovery) {
            XAResourceRecoveryHelper helper = helpers.remove(recovery);
            if (helper != null) {
                XARecoveryModule.getRegisteredXARecoveryModule().removeXAResourceRecoveryHelper(helper);
            }
        }
    }

    private static TransactionManager manager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    @Override
    public UserTransaction transaction() {
        return com.arjuna.ats.jta.UserTransaction.userTransaction();
    }

    @Override
    public DataSource dataSource(String node) {
        return Objects.requireNonNull(pools.get(node));
    }

    @Override
    public void close() {
        pools.values().forEach(AgroalDataSource::close);
    }

    /** Starts the stack. */
    public static final class Factory implements Stack.Factory {

        @Override
        public Stack open(Instance instance, Journal journal) throws Exception {
            return new NarayanaStack(instance);
        }
    }
}
