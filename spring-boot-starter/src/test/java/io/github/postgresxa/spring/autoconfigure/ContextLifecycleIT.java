package io.github.postgresxa.spring.autoconfigure;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** Contexts that live beside each other, pause, come back and close. */
@PostgresNodes({"east", "west"})
class ContextLifecycleIT {

    private final PostgresNode east;
    private final PostgresNode west;

    ContextLifecycleIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(east, west);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        assertThat(east.preparedTransactions()).isEmpty();
        assertThat(west.preparedTransactions()).isEmpty();
    }

    @Test
    void twoContextsLiveBesideEachOther() {
        try (ConfigurableApplicationContext second = startTwoAndCloseTheFirst()) {
            transfer(second);

            assertThat(balance(east)).isEqualTo(97);
            assertThat(balance(west)).isEqualTo(103);
        }
    }

    private ConfigurableApplicationContext startTwoAndCloseTheFirst() {
        ConfigurableApplicationContext first = BankApplication.on(east, west).start();
        ConfigurableApplicationContext second = BankApplication.on(east, west).start();
        transfer(first);
        transfer(second);
        first.close();
        return second;
    }

    @Test
    void aContextCanBeStartedAfterAnotherWasClosed() {
        BankApplication.on(east, west).start().close();
        try (ConfigurableApplicationContext again =
                BankApplication.on(east, west).start()) {
            transfer(again);

            assertThat(balance(west)).isEqualTo(101);
        }
    }

    @Test
    void aPausedContextRefusesTransactionsAndARestartedOneTakesThem() {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            application.pause();
            assertThat(catchThrowable(() -> transfer(application))).isNotNull();
            assertThat(balance(east)).isEqualTo(100);

            application.restart();
            transfer(application);
            assertThat(balance(east)).isEqualTo(99);

            application.stop();
            application.start();
            transfer(application);
            assertThat(balance(east)).isEqualTo(98);
        }
    }

    @Test
    void closingAChildContextChangesNothing() {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            GenericApplicationContext child = new GenericApplicationContext(application);
            child.refresh();
            child.close();

            transfer(application);
            assertThat(balance(east)).isEqualTo(99);
        }
    }

    @Test
    void closingWaitsForATransactionUnderWay() throws Exception {
        ConfigurableApplicationContext application =
                BankApplication.on(east, west).start();
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> application
                .getBean(TransactionTemplate.class)
                .executeWithoutResult(status -> {
                    application.getBean(Bank.class).transfer(40);
                    begun.countDown();
                    sleep(Duration.ofSeconds(2));
                }));
        begun.await(10, TimeUnit.SECONDS);

        application.close();

        slow.get(10, TimeUnit.SECONDS);
        assertThat(balance(east)).isEqualTo(60);
        assertThat(balance(west)).isEqualTo(140);
    }

    @Test
    void closingDoesNotWaitForEver() throws Exception {
        ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with("spring.lifecycle.timeout-per-shutdown-phase=2s")
                .start();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Throwable> stuck = CompletableFuture.supplyAsync(() -> catchThrowable(() -> application
                .getBean(TransactionTemplate.class)
                .executeWithoutResult(status -> {
                    application.getBean(Bank.class).transfer(40);
                    begun.countDown();
                    await(closed);
                })));
        begun.await(10, TimeUnit.SECONDS);

        long start = System.nanoTime();
        application.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        closed.countDown();

        assertThat(stuck.get(30, TimeUnit.SECONDS))
                .as("the commit of a closed application")
                .isNotNull();
        assertThat(balance(east)).isEqualTo(100);
        assertThat(balance(west)).isEqualTo(100);
    }

    @Test
    void theCoreIsClosedWithItsContext() {
        ConfigurableApplicationContext application =
                BankApplication.on(east, west).start();
        PostgresXa xa = application.getBean(PostgresXa.class);
        application.close();

        assertThat(catchThrowable(() -> xa.dataSource("east").getConnection().close()))
                .isNotNull();
    }

    private static void transfer(ConfigurableApplicationContext application) {
        application.getBean(Bank.class).transfer(1);
    }

    private static void sleep(Duration time) {
        await(new CountDownLatch(1), time);
    }

    private static void await(CountDownLatch latch) {
        await(latch, Duration.ofSeconds(30));
    }

    private static void await(CountDownLatch latch, Duration limit) {
        try {
            latch.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
