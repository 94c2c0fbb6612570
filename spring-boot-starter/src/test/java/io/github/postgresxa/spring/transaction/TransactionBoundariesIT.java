package io.github.postgresxa.spring.transaction;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.spring.application.ProducerTransactions;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Where one transaction ends and another, or none, begins: the characteristics of one apply to no other. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class TransactionBoundariesIT {

    private PostgresNode eastNode;
    private PostgresNode westNode;
    private ConfigurableApplicationContext application;
    private TransactionManager jta;
    private JdbcClient east;
    private JdbcClient west;
    private Audit audit;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.eastNode = east;
        this.westNode = west;
        this.application = BankApplication.on(east, west)
                .with(Audit.class)
                .with(ProducerTransactions.class)
                .start();
        this.jta = application.getBean(TransactionManager.class);
        this.east = application.getBean("eastJdbcClient", JdbcClient.class);
        this.west = application.getBean("westJdbcClient", JdbcClient.class);
        this.audit = application.getBean(Audit.class);
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(eastNode, westNode);
        eastNode.execute("drop table if exists note; create table note (text text)");
        audit.clear();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(eastNode.preparedTransactions()).isEmpty();
        assertThat(westNode.preparedTransactions()).isEmpty();
        assertThat(application.getBean(PostgresXa.class).activeTransactionCount())
                .isZero();
        assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    }

    @Test
    void transactionalMethodsSpanTheNodesAlsoBesideAManagerForSomethingElse() {
        assertThat(application.getBeanNamesForType(PlatformTransactionManager.class))
                .hasSize(2);
        application.getBean(Bank.class).transfer(1);
        assertThat(balance(eastNode)).isEqualTo(99);
        assertThat(balance(westNode)).isEqualTo(101);

        catchThrowable(() -> application.getBean(Bank.class).transferAndFail(2));
        assertThat(balance(eastNode)).isEqualTo(99);
        assertThat(balance(westNode)).isEqualTo(101);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                TransactionDefinition.ISOLATION_DEFAULT,
                TransactionDefinition.ISOLATION_REPEATABLE_READ,
                TransactionDefinition.ISOLATION_SERIALIZABLE
            })
    void oneBegunByHandHasNothingOfTheOneThatIsSuspended(int isolation) {
        TransactionTemplate outer = required();
        outer.setReadOnly(true);
        outer.setIsolationLevel(isolation);
        outer.executeWithoutResult(status -> {
            assertThat(setting("transaction_read_only")).isEqualTo("on");
            byHand(() -> {
                assertThat(setting("transaction_read_only")).isEqualTo("off");
                assertThat(setting("transaction_isolation")).isEqualTo("read committed");
                try (Connection connection = dataSource("east").getConnection();
                        Statement statement = connection.createStatement()) {
                    return statement.executeUpdate("update account set balance = balance + 1");
                }
            });
            assertThat(setting("transaction_read_only"))
                    .as("the outer one again")
                    .isEqualTo("on");
        });
        assertThat(balance(eastNode)).isEqualTo(101);
    }

    @Test
    void aReadOnlyOneStaysReadOnlyWhereverItIsResumed() {
        TransactionTemplate readOnly = required();
        readOnly.setReadOnly(true);
        readOnly.executeWithoutResult(status -> {
            Transaction moved = unchecked(jta::suspend);
            String elsewhere = CompletableFuture.supplyAsync(() -> unchecked(() -> {
                        jta.resume(moved);
                        String setting = setting("transaction_read_only");
                        jta.suspend();
                        return setting;
                    }))
                    .join();
            unchecked(() -> {
                jta.resume(moved);
                return null;
            });

            assertThat(elsewhere).isEqualTo("on");
        });
    }

    @Test
    void aReadOnlyMethodDoesNotChangeTheOneThatItTakesPartIn() throws Exception {
        TransactionTemplate readOnly = required();
        readOnly.setReadOnly(true);
        UserTransaction userTransaction = application.getBean(UserTransaction.class);
        userTransaction.begin();
        readOnly.executeWithoutResult(
                status -> assertThat(setting("transaction_read_only")).isEqualTo("off"));
        userTransaction.rollback();
    }

    @Test
    void workBeforeAndAfterTheCommitRunsInItsPlace() {
        required().executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCompletion() {
                    east.sql("insert into note values ('before')").update();
                }

                @Override
                public void afterCommit() {
                    assertThat(committed()).containsExactly("before");
                    east.sql("insert into note values ('after')").update();
                }

                @Override
                public void afterCompletion(int how) {
                    east.sql("insert into note values ('last')").update();
                }
            });
            application.getBean(Bank.class).transfer(1);
        });

        assertThat(committed()).containsExactly("before", "after", "last");
    }

    @Test
    void workBeforeARollbackIsRolledBackAndWorkAfterItIsNot() {
        catchThrowable(() -> required().executeWithoutResult(status -> {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void beforeCompletion() {
                    east.sql("insert into note values ('before')").update();
                }

                @Override
                public void afterCompletion(int how) {
                    east.sql("insert into note values ('last')").update();
                }
            });
            throw new IllegalStateException("changed my mind");
        }));

        assertThat(committed()).containsExactly("last");
    }

    @Test
    void anEndLeavesALocalTransactionElsewhereAsItWas() {
        DataSource elsewhere =
                new DriverManagerDataSource(eastNode.jdbcUrl(), eastNode.username(), eastNode.password());
        JdbcClient local = JdbcClient.create(elsewhere);
        new TransactionTemplate(new DataSourceTransactionManager(elsewhere)).executeWithoutResult(status -> {
            local.sql("insert into note values ('local')").update();
            application.getBean(Bank.class).transfer(1);
            assertThat(committed()).isEmpty();
            local.sql("insert into note values ('still')").update();
        });
        assertThat(committed()).containsExactly("local", "still");
        assertThat(balance(westNode)).isEqualTo(101);
    }

    @Test
    void listenersOfTheEndCanWrite() {
        audit.write =
                text -> east.sql("insert into note values (?)").param(text).update();
        application.getBean(Bank.class).transfer(1);
        assertThat(committed()).containsExactly("committed 1");

        catchThrowable(() -> application.getBean(Bank.class).transferAndFail(2));
        assertThat(committed()).containsExactly("committed 1", "rolled back 2");
    }

    @Test
    void listenersOfTheEndCanWriteWhereTheTransactionWasBegunWithoutSpring() throws Exception {
        audit.write =
                text -> east.sql("insert into note values (?)").param(text).update();
        UserTransaction userTransaction = application.getBean(UserTransaction.class);
        userTransaction.begin();
        application.getBean(Bank.class).transfer(1);
        userTransaction.commit();
        assertThat(audit.failures).isEmpty();
        assertThat(committed()).containsExactly("committed 1");
    }

    @Test
    void aTimeoutIsNeverShorterThanAsked() {
        TransactionTemplate outer = required();
        outer.setTimeout(4);
        TransactionTemplate inner = required();
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        inner.setTimeout(2);
        long outerBegan = System.nanoTime();

        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> outer.executeWithoutResult(status -> {
                    assertThat(timeUntilStopped(inner)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(3_900));
                    sleepIn(east);
                }));
        assertThat(since(outerBegan)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(10));
    }

    @Test
    void oneBegunByHandHasItsOwnTimeout() {
        TransactionTemplate outer = required();
        outer.setTimeout(2);
        catchThrowable(() -> outer.executeWithoutResult(status -> byHand(() -> {
            try (Connection connection = dataSource("east").getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet slept = statement.executeQuery("select pg_sleep(2.5)")) {
                assertThat(slept.next()).isTrue();
            }
            return audit.failures.add("slept");
        })));
        assertThat(audit.failures).containsExactly("slept");
    }

    private static Duration timeUntilStopped(TransactionTemplate template, JdbcClient node) {
        long began = System.nanoTime();
        assertThat(catchThrowable(() -> template.executeWithoutResult(status -> sleepIn(node))))
                .isNotNull();
        return since(began);
    }

    private Duration timeUntilStopped(TransactionTemplate template) {
        return timeUntilStopped(template, west);
    }

    private static void sleepIn(JdbcClient node) {
        node.sql("select pg_sleep(30)::text").query(String.class).single();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<String> committed() {
        String text = eastNode.queryForString("select coalesce(string_agg(text, ',' order by ctid), '') from note");
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    /** Gets its connection without Spring, as Hibernate does. */
    private String setting(String name) {
        return unchecked(() -> {
            try (Connection connection = dataSource("east").getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show " + name)) {
                row.next();
                return row.getString(1);
            }
        });
    }

    private DataSource dataSource(String node) {
        return application.getBean(node + "DataSource", DataSource.class);
    }

    private <T> T byHand(Callable<T> work) {
        return unchecked(() -> {
            Transaction suspended = jta.suspend();
            try {
                jta.begin();
                T done = work.call();
                jta.commit();
                return done;
            } finally {
                if (jta.getTransaction() != null) {
                    jta.rollback();
                }
                jta.resume(suspended);
            }
        });
    }

    private static <T> T unchecked(Callable<T> work) {
        try {
            return work.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private TransactionTemplate required() {
        return new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
    }

    /** Writes after the end, some of it outside of any transaction. */
    @Configuration(proxyBeanMethods = false)
    static class Audit {

        final List<String> failures = new ArrayList<>();
        Consumer<String> write = text -> {};

        void clear() {
            failures.clear();
            write = text -> {};
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
        void committed(Bank.Moved moved) {
            write("committed " + moved.amount());
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
        void rolledBack(Bank.Moved moved) {
            write("rolled back " + moved.amount());
        }

        private void write(String text) {
            try {
                write.accept(text);
            } catch (RuntimeException e) {
                failures.add(e.toString());
            }
        }
    }
}
