package io.github.postgresxa.spring.transaction;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.UserTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.NestedTransactionNotSupportedException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.jta.JtaTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Checks on the servers what Spring promises about {@code @Transactional}. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class TransactionSemanticsIT {

    private PostgresNode eastNode;
    private PostgresNode westNode;
    private ConfigurableApplicationContext application;
    private JdbcClient east;
    private JdbcClient west;
    private Bank bank;
    private Heard heard;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.eastNode = east;
        this.westNode = west;
        this.application = BankApplication.on(east, west)
                .with(Listeners.class)
                .with("spring.transaction.default-timeout=5s")
                .start();
        this.east = application.getBean("eastJdbcClient", JdbcClient.class);
        this.west = application.getBean("westJdbcClient", JdbcClient.class);
        this.bank = application.getBean(Bank.class);
        this.heard = application.getBean(Heard.class);
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(eastNode, westNode);
        heard.clear();
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        assertThat(eastNode.preparedTransactions()).isEmpty();
        assertThat(westNode.preparedTransactions()).isEmpty();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void isolationLevelsArriveAtEveryNode() {
        assertThat(levels(TransactionDefinition.ISOLATION_DEFAULT)).containsOnly("read committed");
        assertThat(levels(TransactionDefinition.ISOLATION_READ_UNCOMMITTED)).containsOnly("read committed");
        assertThat(levels(TransactionDefinition.ISOLATION_READ_COMMITTED)).containsOnly("read committed");
        assertThat(levels(TransactionDefinition.ISOLATION_REPEATABLE_READ)).containsOnly("repeatable read");
        assertThat(levels(TransactionDefinition.ISOLATION_SERIALIZABLE)).containsOnly("serializable");
        assertThat(levels(TransactionDefinition.ISOLATION_DEFAULT))
                .as("nothing stays on a pooled connection")
                .containsOnly("read committed");
    }

    @Test
    void anotherLevelInsideARunningTransactionIsRefused() {
        assertThatExceptionOfType(IllegalTransactionStateException.class)
                .isThrownBy(() -> run(
                        required(TransactionDefinition.ISOLATION_REPEATABLE_READ),
                        () -> run(required(TransactionDefinition.ISOLATION_SERIALIZABLE), () -> {})))
                .withMessageContaining("PostgreSQL fixes the level when a transaction begins");
    }

    @Test
    void theServerRefusesToWriteInAReadOnlyTransaction() {
        TransactionTemplate readOnly = required(TransactionDefinition.ISOLATION_DEFAULT);
        readOnly.setReadOnly(true);

        assertThatExceptionOfType(DataAccessException.class)
                .isThrownBy(() -> run(readOnly, () -> bank.transfer(1)))
                .withMessageContaining("read-only transaction");
        assertThat(balance(eastNode)).isEqualTo(100);

        bank.transfer(1);
        assertThat(balance(eastNode)).as("nothing stays on a pooled connection").isEqualTo(99);
    }

    @Test
    void requiresNewCommitsOnItsOwn() {
        TransactionTemplate requiresNew = required(TransactionDefinition.ISOLATION_SERIALIZABLE);
        requiresNew.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);

        run(required(TransactionDefinition.ISOLATION_DEFAULT), status -> {
            west.sql("select balance from account").query(Integer.class).single();
            run(requiresNew, () -> bank.transfer(10));
            west.sql("insert into account values (2, 7)").update();
            status.setRollbackOnly();
        });

        assertThat(balance(eastNode)).isEqualTo(90);
        assertThat(balance(westNode)).isEqualTo(110);
    }

    @Test
    void nestedIsRefused() {
        TransactionTemplate nested = required(TransactionDefinition.ISOLATION_DEFAULT);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);

        assertThatExceptionOfType(NestedTransactionNotSupportedException.class)
                .isThrownBy(() -> run(required(TransactionDefinition.ISOLATION_DEFAULT), () -> run(nested, () -> {})))
                .withMessageContaining("savepoints");
    }

    @Test
    void eventListenersAreCalledInTheirPhase() {
        bank.transfer(3);
        assertThat(heard.events).containsExactly("after commit 3");

        heard.clear();
        catchThrowable(() -> bank.transferAndFail(4));
        assertThat(heard.events).containsExactly("after rollback 4");

        heard.clear();
        catchThrowable(() -> bank.transferAndSwallowAnError(5));
        assertThat(heard.events).containsExactly("after rollback 5");
    }

    @Test
    void executionListenersAreCalled() {
        bank.transfer(3);
        assertThat(heard.executions).containsExactly("begin", "commit");

        heard.clear();
        catchThrowable(() -> bank.transferAndFail(4));
        assertThat(heard.executions).containsExactly("begin", "rollback");
    }

    @Test
    void theDefaultTimeoutEndsATransactionThatIsTooSlow() {
        long start = System.nanoTime();

        Throwable thrown = catchThrowable(() -> run(required(TransactionDefinition.ISOLATION_DEFAULT), () -> {
            bank.transfer(10);
            east.sql("select pg_sleep(30)::text").query(String.class).single();
        }));

        assertThat(thrown).isNotNull();
        assertThat((System.nanoTime() - start) / 1_000_000_000L).isLessThan(15);
        assertThat(balance(eastNode)).isEqualTo(100);
        assertThat(balance(westNode)).isEqualTo(100);
    }

    @Test
    void aTransactionBegunThroughJtaIsTheSameTransaction() throws Exception {
        UserTransaction userTransaction = application.getBean(UserTransaction.class);
        userTransaction.begin();
        bank.transfer(10);
        assertThat(application.getBean(PostgresXa.class).currentTransaction()).isPresent();
        userTransaction.rollback();

        assertThat(balance(eastNode)).isEqualTo(100);
        assertThat(balance(westNode)).isEqualTo(100);
    }

    @Test
    void theManagerCanBeCustomizedAndInjectedByItsUsualType() {
        assertThat(application.getBean(JtaTransactionManager.class)).isInstanceOf(PostgresXaTransactionManager.class);
        assertThat(heard.customized).isSameAs(application.getBean(PlatformTransactionManager.class));
    }

    private List<String> levels(int isolation) {
        List<String> levels = new ArrayList<>();
        run(required(isolation), () -> {
            for (JdbcClient node : List.of(east, west)) {
                levels.add(node.sql("show transaction_isolation")
                        .query(String.class)
                        .single());
            }
        });
        return levels;
    }

    private TransactionTemplate required(int isolation) {
        TransactionTemplate template = new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
        template.setIsolationLevel(isolation);
        return template;
    }

    private static void run(TransactionTemplate template, Runnable work) {
        template.executeWithoutResult(status -> work.run());
    }

    private static void run(
            TransactionTemplate template, Consumer<org.springframework.transaction.TransactionStatus> work) {
        template.executeWithoutResult(work);
    }

    static final class Heard implements TransactionExecutionListener {

        final List<String> events = new ArrayList<>();
        final List<String> executions = new ArrayList<>();

        @Nullable
        JtaTransactionManager customized;

        void clear() {
            events.clear();
            executions.clear();
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
        void committed(Bank.Moved moved) {
            events.add("after commit " + moved.amount());
        }

        @TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
        void rolledBack(Bank.Moved moved) {
            events.add("after rollback " + moved.amount());
        }

        @Override
        public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
            executions.add("begin");
        }

        @Override
        public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
            executions.add("commit");
        }

        @Override
        public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
            executions.add("rollback");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listeners {

        @Bean
        Heard heard() {
            return new Heard();
        }

        @Bean
        TransactionManagerCustomizer<JtaTransactionManager> customizer(Heard heard) {
            return manager -> heard.customized = manager;
        }
    }
}
