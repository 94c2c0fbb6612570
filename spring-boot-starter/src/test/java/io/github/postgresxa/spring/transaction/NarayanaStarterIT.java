package io.github.postgresxa.spring.transaction;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.application.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Narayana is on the class path beside Atomikos, and nothing says which of them it shall be. */
@Tag("narayana")
@PostgresNodes({"east", "west"})
@ExtendWith(OutputCaptureExtension.class)
class NarayanaStarterIT {

    private final PostgresNode east;
    private final PostgresNode west;

    NarayanaStarterIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(east, west);
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(east.preparedTransactions()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(Path.of("transaction-logs", "narayana")).doesNotExist();
        assertThat(Path.of("PutObjectStoreDirHere")).doesNotExist();
    }

    private static String managerOf(ConfigurableApplicationContext application) {
        return Objects.requireNonNull(new TransactionTemplate(application.getBean(JtaTransactionManager.class))
                .execute(status -> {
                    try {
                        return application
                                .getBean(TransactionManager.class)
                                .getTransaction()
                                .getClass()
                                .getName();
                    } catch (jakarta.transaction.SystemException e) {
                        throw new IllegalStateException(e);
                    }
                }));
    }

    @Test
    void isUsedAndQuiet(CapturedOutput output) {
        try (ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with("postgres.xa.doctor.at-start=false")
                .start()) {
            assertThat(managerOf(application)).startsWith("com.arjuna.");
            Bank bank = application.getBean(Bank.class);
            bank.transfer(7);
            assertThatThrownBy(() -> bank.transferAndFail(1)).hasMessage("changed my mind");
            assertThatThrownBy(() -> bank.transferAndSwallowAnError(1))
                    .isInstanceOf(UnexpectedRollbackException.class)
                    .hasMessageContaining("west");
            assertThat(balance(east)).isEqualTo(93);
            assertThat(balance(west)).isEqualTo(107);
        }
        assertThat(output).doesNotContain("WARN", "ERROR", "ARJUNA");
    }

    @Test
    void needsNoAtomikos() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new FilteredClassLoader("com.atomikos"));
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            application.getBean(Bank.class).transfer(1);
            assertThat(balance(west)).isEqualTo(101);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void givesWayToAtomikosWhereThatIsConfigured() {
        try (ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with("postgres.xa.transaction-manager=atomikos")
                .start()) {
            assertThat(managerOf(application)).startsWith("com.atomikos.");
        }
    }

    @Test
    void isThereForEveryUseOfJta() throws Exception {
        try (ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with("postgres.xa.transaction-manager=narayana")
                .start()) {
            UserTransaction transaction = application.getBean(UserTransaction.class);
            TransactionSynchronizationRegistry registry = application.getBean(TransactionSynchronizationRegistry.class);
            transaction.begin();
            registry.putResource("key", "value");
            application
                    .getBean("eastJdbcClient", JdbcClient.class)
                    .sql("update account set balance = 0")
                    .update();
            assertThat(registry.getResource("key")).isEqualTo("value");
            assertThat(application.getBean(PostgresXa.class).currentTransaction())
                    .isPresent();
            transaction.rollback();
            assertThat(balance(east)).isEqualTo(100);
        }
    }

    @Test
    void aTimeoutStopsTheStatementThatRuns() {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            JtaTransactionManager manager = application.getBean(JtaTransactionManager.class);
            TransactionTemplate quick = new TransactionTemplate(manager);
            quick.setTimeout(1);
            JdbcClient client = application.getBean("westJdbcClient", JdbcClient.class);
            long begun = System.nanoTime();
            Throwable failure = catchThrowable(() -> quick.executeWithoutResult(status -> {
                application.getBean(Bank.class).depositInEast(1);
                client.sql("select pg_sleep(60)").query().singleRow();
            }));
            assertThat(failure).isInstanceOf(DataAccessException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
            assertThat(balance(east)).isEqualTo(100);
        }
    }

    @Test
    void contextsLiveBesideAndAfterEachOther() throws Exception {
        ConfigurableApplicationContext first = BankApplication.on(east, west).start();
        try (ConfigurableApplicationContext second = BankApplication.on(east, west)
                .with("spring.transaction.default-timeout=7s")
                .start()) {
            first.getBean(Bank.class).transfer(1);
            first.close();
            second.getBean(Bank.class).transfer(1);
            second.stop();
            second.start();
            second.getBean(Bank.class).transfer(1);
        }
        try (ConfigurableApplicationContext third =
                BankApplication.on(east, west).start()) {
            third.getBean(Bank.class).transfer(1);
        }
        assertThat(balance(east)).isEqualTo(96);
        Eventually.eventually(
                Duration.ofSeconds(20),
                "no thread of Narayana is left",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("Transaction Reaper")));
    }
}
