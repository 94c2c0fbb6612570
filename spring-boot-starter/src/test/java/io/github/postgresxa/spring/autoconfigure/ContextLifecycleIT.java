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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.transaction.support.TransactionTemplate;

/** Contexts that run side by side, pause, restart and close. */
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
    void aPausedContextKeepsItsTransactionsAndARestartedOneGoesOn() {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            application.pause();
            transfer(application);
            application.restart();
            transfer(application);
            application.stop();
            transfer(application);
            application.start();
            transfer(application);

            assertThat(balance(east)).isEqualTo(96);
            assertThat(balance(west)).isEqualTo(104);
        }
    }

    /** An event registry, a cache or an outbox writes its remaining entries. */
    @Test
    void beansUseTransactionsUntilTheyAreDestroyed() {
        ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with(LastWrites.class)
                .with("spring.lifecycle.timeout-per-shutdown-phase=5s")
                .start();
        LastWrites writes = application.getBean(LastWrites.class);
        First first = application.getBean(First.class);
        first.bank.transfer(0);
        application.close();

        assertThat(writes.failures).isEmpty();
        assertThat(writes.done).containsExactlyInAnyOrder("lifecycle", "destroyed");
        assertThat(first.done).as("created before the core").containsExactly("destroyed");
        assertThat(writes.slow.join()).as("begun while beans were destroyed").isEqualTo("committed");
        assertThat(balance(east)).isEqualTo(100 - 1 - 2 - 4 - 8);
        assertThat(balance(west)).isEqualTo(100 + 1 + 2 + 4 + 8);
    }

    static final class First implements BeanPostProcessor, DisposableBean {

        final List<String> done = new CopyOnWriteArrayList<>();
        private final Bank bank;

        First(Bank bank) {
            this.bank = bank;
        }

        @Override
        public void destroy() {
            bank.transfer(1);
            done.add("destroyed");
        }
    }

    @Configuration
    static class LastWrites {

        final List<String> done = new CopyOnWriteArrayList<>();
        final List<Throwable> failures = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> slow = new CompletableFuture<>();

        private void write(String who, Runnable work) {
            try {
                work.run();
                done.add(who);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }

        /** A post-processor exists before all other beans; it finds the bank when it first uses it. */
        @Bean
        static First first(@Lazy Bank bank) {
            return new First(bank);
        }

        @Bean
        SmartLifecycle lifecycle(Bank bank) {
            return new SmartLifecycle() {
                private volatile boolean running;

                @Override
                public void start() {
                    running = true;
                }

                @Override
                public void stop() {
                    write("lifecycle", () -> bank.transfer(2));
                    running = false;
                }

                @Override
                public boolean isRunning() {
                    return running;
                }

                @Override
                public int getPhase() {
                    return 0;
                }
            };
        }

        @Bean
        DisposableBean destroyed(Bank bank, TransactionTemplate template) {
            return () -> {
                write("destroyed", () -> bank.transfer(4));
                CountDownLatch begun = new CountDownLatch(1);
                new Thread(() -> {
                            template.executeWithoutResult(status -> {
                                bank.transfer(8);
                                begun.countDown();
                                sleep(Duration.ofSeconds(1));
                            });
                            slow.complete("committed");
                        })
                        .start();
                ContextLifecycleIT.await(begun);
            };
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
    void closingDoesNotWaitForever() throws Exception {
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
