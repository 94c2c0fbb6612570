package io.github.postgresxa.manager.narayana;

import static org.assertj.core.api.Assertions.assertThat;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.arjuna.common.recoveryPropertyManager;
import com.arjuna.ats.arjuna.coordinator.TxControl;
import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.xa.XATxConverter;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.RecoveredByNarayana;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.TransactionManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Narayana that the application brings, with and without a registration of the nodes in its recovery. */
@Tag("narayana")
@PostgresNodes({"east", "west"})
class NarayanaRegistrationIT {

    private static final TransactionManager NARAYANA = com.arjuna.ats.jta.TransactionManager.transactionManager();
    private static final String FILTERS = "com.arjuna.ats.internal.jta.recovery.arjunacore.";

    private final PostgresNode east;
    private final PostgresNode west;

    NarayanaRegistrationIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeAll
    static void configure(@TempDir Path folder) throws Exception {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("bank-1");
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        String log = folder.resolve("log").toString();
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class).setObjectStoreDir(log);
        for (String store : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(log);
        }
        recoveryPropertyManager.getRecoveryEnvironmentBean().setRecoveryBackoffPeriod(1);
        jtaPropertyManager.getJTAEnvironmentBean().setXaRecoveryNodes(List.of("bank-1"));
        jtaPropertyManager
                .getJTAEnvironmentBean()
                .setXaResourceOrphanFilterClassNames(List.of(
                        FILTERS + "JTATransactionLogXAResourceOrphanFilter",
                        FILTERS + "JTANodeNameXAResourceOrphanFilter"));
    }

    @AfterAll
    static void close() {
        RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT).terminate();
    }

    private Bank open() {
        return Bank.open(
                b -> b.transactionManager(NARAYANA, new TransactionSynchronizationRegistryImple()), east, west);
    }

    private static void transferWithAnother(Bank bank) throws Exception {
        NARAYANA.begin();
        assertThat(Objects.requireNonNull(NARAYANA.getTransaction()).enlistResource(new OtherResource(true)))
                .isTrue();
        bank.add("east", -10);
        bank.add("west", 10);
        NARAYANA.commit();
    }

    /** As a global identifier of Narayana names its node: behind a unique number. */
    private static Predicate<Xid> of(String node) {
        return xid -> new String(xid.getGlobalTransactionId(), StandardCharsets.UTF_8).endsWith(node);
    }

    @Test
    void theFirstTransactionWithAnotherResourceShowsThatNothingIsRegistered() throws Exception {
        try (Bank bank = open();
                Bank other = open()) {
            NARAYANA.begin();
            bank.add("east", -10);
            bank.add("west", 10);
            NARAYANA.commit();
            assertThat(bank.xa.recoveryRegistration())
                    .as("the nodes alone need no recovery of the manager's")
                    .isEqualTo(RecoveryRegistration.NOT_NEEDED_YET);

            transferWithAnother(bank);
            assertThat(bank.xa.recoveryRegistration()).isEqualTo(RecoveryRegistration.MISSING);
            assertThat(other.xa.recoveryRegistration())
                    .as("another instance, which was not used, over the same manager")
                    .isEqualTo(RecoveryRegistration.NOT_NEEDED_YET);

            bank.xa.recoveryResource(of("bank-2"));
            assertThat(bank.xa.recoveryRegistration())
                    .as("one for another node identifier")
                    .isEqualTo(RecoveryRegistration.MISSING);
            bank.xa.recoveryResource(of(TxControl.getXANodeName()));
            assertThat(bank.xa.recoveryRegistration()).isEqualTo(RecoveryRegistration.REGISTERED);
        }
    }

    @Test
    void narayanasScanEndsThroughItWhatWasLeftPrepared() throws Exception {
        try (Bank bank = open()) {
            RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT);
            try (RecoveredByNarayana registered =
                    RecoveredByNarayana.register(bank.xa.recoveryResource(of(TxControl.getXANodeName())))) {
                transferWithAnother(bank);
                assertThat(registered.getXAResources()).hasSize(1);
                assertThat(bank.xa.recoveryRegistration()).isEqualTo(RecoveryRegistration.REGISTERED);

                NodeIdentity identity = new NodeIdentity(Bank.identity(east));
                Gid left = new Gid(
                        TransactionId.random(),
                        identity,
                        identity,
                        ManagerXid.of(XATxConverter.getXid(new Uid(), true, XATxConverter.FORMAT_ID)));
                east.execute("begin; update account set balance = 7 where id = 1; prepare transaction '" + left + "'");
                Eventually.eventually(Duration.ofSeconds(30), "it is rolled back, as no log has it", () -> {
                    // The class of the manager in the signature of a lambda would fail where Narayana is not there.
                    RecoveryManager.manager(RecoveryManager.DIRECT_MANAGEMENT).scan();
                    return bank.prepared() == 0;
                });
                assertThat(bank.balances()).containsExactly(990L, 1010L);
            }
        }
    }
}
