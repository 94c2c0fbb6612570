package io.github.postgresxa.benchmarks.contender;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqJournalEnvironmentBean;
import com.arjuna.ats.internal.arjuna.objectstore.hornetq.HornetqObjectStoreAdaptor;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.agroal.narayana.NarayanaTransactionIntegration;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.xa.PGXADataSource;

/**
 * Narayana with Agroal and its own integration of the two, over the driver's XADataSource: what Quarkus and WildFly
 * users have, in plain Java. Its log is the file store, which is its default, or the journal, which is WildFly's.
 */
final class NarayanaStack implements Stack {

    private static final String RECOVERY_PACKAGE = "com.arjuna.ats.internal.jta.recovery.arjunacore.";

    private NarayanaStack() {}

    static NarayanaStack withFiles(Path directory) throws Exception {
        configure(directory);
        startRecovery();
        return new NarayanaStack();
    }

    static NarayanaStack withJournal(Path directory) throws Exception {
        configure(directory);
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class)
                .setObjectStoreType(HornetqObjectStoreAdaptor.class.getName());
        BeanPopulator.getDefaultInstance(HornetqJournalEnvironmentBean.class)
                .setStoreDir(directory.resolve("journal").toString());
        startRecovery();
        return new NarayanaStack();
    }

    /** For callers that need the manager alone. */
    static void configure(Path directory) throws Exception {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("benchmark");
        jtaPropertyManager.getJTAEnvironmentBean().setXaRecoveryNodes(List.of("benchmark"));
        jtaPropertyManager
                .getJTAEnvironmentBean()
                .setXaResourceOrphanFilterClassNames(List.of(
                        RECOVERY_PACKAGE + "JTATransactionLogXAResourceOrphanFilter",
                        RECOVERY_PACKAGE + "JTANodeNameXAResourceOrphanFilter",
                        RECOVERY_PACKAGE + "JTAActionStatusServiceXAResourceOrphanFilter"));
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class).setObjectStoreDir(directory.toString());
        for (String store : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(directory.toString());
        }
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
    }

    private static void startRecovery() {
        recoveryPropertyManager
                .getRecoveryEnvironmentBean()
                .setRecoveryModuleClassNames(List.of(
                        "com.arjuna.ats.internal.arjuna.recovery.AtomicActionRecoveryModule",
                        RECOVERY_PACKAGE + "XARecoveryModule"));
        RecoveryManager recovery = RecoveryManager.manager(RecoveryManager.INDIRECT_MANAGEMENT);
        recovery.initialize();
        recovery.startRecoveryManagerThread();
    }

    @Override
    public Contender open(Setting setting) throws SQLException {
        List<AgroalDataSource> pools = new ArrayList<>();
        for (Setting.Address node : setting.nodes()) {
            pools.add(pool(node, setting));
        }
        Pools.awaitFilled(pools, setting.clients());
        return new JtaContender(
                com.arjuna.ats.jta.UserTransaction.userTransaction(),
                pools,
                () -> pools.forEach(AgroalDataSource::close));
    }

    private static AgroalDataSource pool(Setting.Address node, Setting setting) throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(true)
                .connectionPoolConfiguration(pool -> pool.maxSize(setting.most())
                        .minSize(setting.clients())
                        .initialSize(setting.clients())
                        .acquisitionTimeout(Duration.ofSeconds(30))
                        .transactionIntegration(new NarayanaTransactionIntegration(
                                com.arjuna.ats.jta.TransactionManager.transactionManager(),
                                new TransactionSynchronizationRegistryImple(),
                                "java:/" + node.name(),
                                false,
                                new RecoveredByNarayana()))
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(PGXADataSource.class)
                                .jdbcUrl(node.url())
                                .principal(new NamePrincipal(Setting.Address.USER))
                                .credential(new SimplePassword(Setting.Address.USER))
                                .recoveryPrincipal(new NamePrincipal(Setting.Address.USER))
                                .recoveryCredential(new SimplePassword(Setting.Address.USER)))));
    }
}
