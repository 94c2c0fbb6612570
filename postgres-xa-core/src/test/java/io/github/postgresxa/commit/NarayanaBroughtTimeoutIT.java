package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.github.postgresxa.PostgresXa;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Narayana as a manager that the application brings. */
@Tag("narayana")
class NarayanaBroughtTimeoutIT extends TimeoutFigures {

    /** Narayana counts in milliseconds of the wall clock, cut off. */
    private static final Duration CUT_OFF = Duration.ofMillis(2);

    @BeforeAll
    static void keepItsFilesTogether(@TempDir Path folder) throws Exception {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("timeouts");
        arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
        String log = folder.resolve("log").toString();
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class).setObjectStoreDir(log);
        for (String store : List.of("communicationStore", "stateStore")) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(log);
        }
    }

    @Override
    PostgresXa.Builder attach(PostgresXa.Builder builder) {
        return builder.transactionManager(
                com.arjuna.ats.jta.TransactionManager.transactionManager(),
                new TransactionSynchronizationRegistryImple());
    }

    @Override
    boolean takesOurDefault() {
        return false;
    }

    @Test
    void oneThatIsBegunPastUsCountsFromItsBegin() throws Exception {
        UserTransaction narayanas = com.arjuna.ats.jta.UserTransaction.userTransaction();
        narayanas.setTransactionTimeout(3);
        long begun = System.nanoTime();
        narayanas.begin();
        TimeUnit.MILLISECONDS.sleep(1_300);
        long used = System.nanoTime();
        try (Connection connection = xa().dataSource("east").getConnection();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select pg_sleep(60)")).isInstanceOf(SQLException.class);
        }
        Duration took = since(begun);
        Duration tookFromUse = since(used);
        catchThrowable(narayanas::rollback); // Narayana has done it itself, or not yet.
        narayanas.setTransactionTimeout(0);
        System.out.printf("begun past us, 3000 ms: %d ms%n", took.toMillis());
        assertThat(took).isGreaterThanOrEqualTo(Duration.ofSeconds(3).minus(CUT_OFF));
        assertThat(tookFromUse).as("not another 3 s").isLessThan(Duration.ofMillis(2_900));
        assertThat(narayanas.getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
