package io.github.postgresxa.manager.narayana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.support.OpenPorts;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application need not know of the Narayana that is embedded. */
@Tag("narayana")
@PostgresNodes({"east", "west"})
class NarayanaIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final PostgresNode east;
    private final PostgresNode west;

    NarayanaIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void logInTheFolder() {
        NarayanaLog.keepIn(folder.resolve("log"));
    }

    private Bank open(Duration timeout) {
        return Bank.open(
                b -> b.transactionManager(ManagerKind.NARAYANA)
                        .transactionTimeout(timeout)
                        .closeLimit(Duration.ofSeconds(1)),
                east,
                west);
    }

    private static void transfer(Bank bank, long amount) throws Exception {
        bank.xa.inTransaction(() -> {
            bank.add("east", -amount);
            bank.add("west", amount);
        });
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .filter(thread -> isNarayanas(thread.getName()) || isOursAndKeepsTheProcess(thread))
                .map(Thread::getName)
                .toList();
    }

    private static boolean isNarayanas(String name) {
        return name.startsWith("Transaction Reaper")
                || name.startsWith("Periodic Recovery")
                || name.startsWith("Transaction Expired")
                || name.startsWith("postgres-xa-narayana");
    }

    private static boolean isOursAndKeepsTheProcess(Thread thread) {
        return !thread.isDaemon() && thread.getName().startsWith("postgres-xa");
    }

    private static void nothingRuns() throws Exception {
        Eventually.eventually(LIMIT, "no thread is left", () -> threads().isEmpty());
    }

    @Test
    void transactionsOfNodesLeaveNoFileNoPortAndNoThread() throws Exception {
        try (Bank bank = open(LIMIT)) {
            transfer(bank, 10);
            assertThatThrownBy(() -> bank.xa.inTransaction(() -> {
                        bank.add("east", -10);
                        throw new IllegalStateException("changed my mind");
                    }))
                    .hasMessage("changed my mind");
            assertThat(bank.balances()).containsExactly(990L, 1010L);
            assertThat(threads()).allMatch(name -> name.startsWith("Transaction Reaper"));
        }
        nothingRuns();
        assertThat(folder).isEmptyDirectory();
        assertThat(Path.of("transaction-logs", "narayana")).doesNotExist();
        assertThat(Path.of("PutObjectStoreDirHere")).doesNotExist();
        assertThat(Path.of("ObjectStore")).doesNotExist();
        assumeThat(OpenPorts.areListed()).isTrue();
        assertThat(OpenPorts.now()).isEmpty();
    }

    @Test
    void itIsNarayanaIndeed() throws Exception {
        try (Bank bank = open(LIMIT)) {
            bank.transaction().begin();
            assertThat(Objects.requireNonNull(bank.xa.transactionManager().getTransaction())
                            .getClass()
                            .getName())
                    .startsWith("com.arjuna.");
            bank.transaction().rollback();
        }
    }

    /** Where both are on the class path, as here, Narayana is the one that costs less. */
    @Test
    void itIsTheDefaultWhereItIsThere() throws Exception {
        try (PostgresXa xa = Bank.builder(east, west).build()) {
            xa.userTransaction().begin();
            assertThat(Objects.requireNonNull(xa.transactionManager().getTransaction())
                            .getClass()
                            .getName())
                    .startsWith("com.arjuna.");
            xa.userTransaction().rollback();
        }
        try (PostgresXa xa = Bank.builder(east, west)
                .transactionManager(ManagerKind.ATOMIKOS)
                .build()) {
            xa.userTransaction().begin();
            assertThat(Objects.requireNonNull(xa.transactionManager().getTransaction())
                            .getClass()
                            .getName())
                    .startsWith("com.atomikos.");
            xa.userTransaction().rollback();
        }
    }

    @Test
    void twoInstancesHaveEachItsOwnDefaultTimeout() throws Exception {
        try (Bank quick = open(Duration.ofMillis(1_200));
                Bank patient = open(LIMIT)) {
            long begun = System.nanoTime();
            assertThatThrownBy(() -> quick.xa.inTransaction(() -> {
                        quick.add("east", -10);
                        quick.execute("west", "select pg_sleep(60)");
                    }))
                    .isInstanceOf(SQLException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(1_200), Duration.ofSeconds(10));
            patient.xa.inTransaction(() -> {
                patient.add("east", -10);
                patient.execute("west", "select pg_sleep(2)");
                patient.add("west", 10);
            });
            assertThat(patient.balances()).containsExactly(990L, 1010L);
        }
        nothingRuns();
    }

    @Test
    void anInstanceCanBeOpenedAfterTheLastOneWasClosed() throws Exception {
        for (int i = 1; i <= 3; i++) {
            try (Bank bank = open(LIMIT)) {
                transfer(bank, i);
                assertThat(bank.balances()).containsExactly(1000L - i, 1000L + i);
            }
        }
        nothingRuns();
    }

    @Test
    void theOtherInstanceGoesOnWhenOneIsClosed() throws Exception {
        try (Bank second = open(LIMIT)) {
            Bank first = open(LIMIT);
            TransactionManager closed = first.xa.transactionManager();
            first.close();
            assertThatThrownBy(closed::begin)
                    .isInstanceOf(SystemException.class)
                    .hasMessageContaining("closed");
            transfer(second, 10);
            assertThat(second.balances()).containsExactly(990L, 1010L);
        }
    }

    /** The thread of Narayana that watches timeouts rolls back what was begun without this library, too. */
    @Test
    void aTransactionThatWasBegunWithNarayanasOwnObjectEndsAtItsTimeoutAndItsStatementStops() throws Exception {
        try (Bank bank = open(LIMIT)) {
            TransactionManager narayana = com.arjuna.ats.jta.TransactionManager.transactionManager();
            narayana.setTransactionTimeout(1);
            try {
                narayana.begin();
            } finally {
                narayana.setTransactionTimeout(0);
            }
            long begun = System.nanoTime();
            try (Connection held = bank.connection("east");
                    Statement s = held.createStatement()) {
                bank.add("east", -10);
                assertThatThrownBy(() -> bank.execute("west", "select pg_sleep(60)"))
                        .isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> s.execute("update account set balance = 0"))
                        .isInstanceOf(SQLException.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
            Eventually.eventually(
                    LIMIT, "Narayana itself has rolled back", () -> narayana.getStatus() == Status.STATUS_ROLLEDBACK);
            assertThatThrownBy(() -> bank.add("west", 1)).isInstanceOf(SQLException.class);
            assertThatThrownBy(narayana::commit).isInstanceOf(RollbackException.class);
            assertThat(narayana.getStatus()).isEqualTo(Status.STATUS_NO_TRANSACTION);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
            assertThat(bank.xa.pool("east").active()).isZero();
        }
    }

    @Test
    void aTransactionThatIsUnderWayDoesNotKeepItFromClosing() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CompletableFuture<@Nullable Throwable> failure = new CompletableFuture<>();
        Bank bank = open(LIMIT);
        Thread worker = new Thread(() -> {
            try {
                bank.xa.inTransaction(() -> {
                    bank.add("east", -10);
                    working.countDown();
                    bank.execute("west", "select pg_sleep(60)");
                });
                failure.complete(null);
            } catch (Throwable e) {
                failure.complete(e);
            }
        });
        worker.setDaemon(true);
        worker.start();
        assertThat(working.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        long start = System.nanoTime();
        bank.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        assertThat(failure.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNotNull();
        nothingRuns();
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
    }

    @Test
    void aTransactionWithAnotherResourceIsRolledBackWhereItsDecisionCouldNotBeKept() throws Exception {
        try (Bank bank = open(LIMIT)) {
            east.execute("alter table pgxa.manager rename to manager_elsewhere");
            west.execute("alter table pgxa.manager rename to manager_elsewhere");
            OtherResource other = new OtherResource(true);
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            Transaction transaction =
                    Objects.requireNonNull(bank.xa.transactionManager().getTransaction());
            assertThat(transaction.enlistResource(other)).isFalse();
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(other.fate()).isEqualTo(OtherResource.Fate.NONE);
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
            transfer(bank, 10);
            assertThat(bank.balances()).containsExactly(990L, 1010L);
        } finally {
            east.execute("alter table pgxa.manager_elsewhere rename to manager");
            west.execute("alter table pgxa.manager_elsewhere rename to manager");
        }
    }
}
