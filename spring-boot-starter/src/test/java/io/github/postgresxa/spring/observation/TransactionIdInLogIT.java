package io.github.postgresxa.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.slf4j.MDC;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/** The transaction's id in the log's context, on the application's thread. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class TransactionIdInLogIT {

    private PostgresNode east;
    private PostgresNode west;
    private ConfigurableApplicationContext application;
    private PostgresXa xa;
    private JdbcClient nodeEast;
    private JdbcClient nodeWest;

    static class AfterTheCommit {

        private final List<@Nullable String> heard = new ArrayList<>();

        @TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
        void moved(Bank.Moved moved) {
            heard.add(inLog());
        }
    }

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        this.application =
                BankApplication.on(east, west).with(AfterTheCommit.class).start();
        this.xa = application.getBean(PostgresXa.class);
        this.nodeEast = application.getBean("eastJdbcClient", JdbcClient.class);
        this.nodeWest = application.getBean("westJdbcClient", JdbcClient.class);
    }

    @BeforeEach
    void accounts() {
        BankApplication.prepare(east, west);
    }

    @AfterEach
    void nothingStays() {
        assertThat(inLog()).isNull();
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void isTheTransactionsIdFromTheFirstUseOfANode() {
        transaction().executeWithoutResult(status -> {
            assertThat(inLog()).isNull();
            touch(nodeEast);
            assertThat(inLog()).isNotNull().isEqualTo(id());
            touch(nodeWest);
            assertThat(inLog()).isEqualTo(id());
        });
    }

    @Test
    void isThereForListenersOfTheEnd() {
        AfterTheCommit listener = application.getBean(AfterTheCommit.class);
        listener.heard.clear();
        application.getBean(Bank.class).transfer(1);

        assertThat(listener.heard).hasSize(1).doesNotContainNull();
    }

    @Test
    void isGoneAfterAMethodThatFailed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> application.getBean(Bank.class).transferAndFail(1));
    }

    @Test
    void isGoneAfterACommitThatFailed() {
        assertThatThrownBy(() -> application.getBean(Bank.class).transferAndSwallowAnError(1))
                .isInstanceOf(UnexpectedRollbackException.class);
    }

    @Test
    void isGoneAfterATimeout() {
        TransactionTemplate impatient = transaction();
        impatient.setTimeout(1);
        assertThatThrownBy(() -> impatient.executeWithoutResult(status -> {
                    touch(nodeWest);
                    nodeEast.sql("select pg_sleep(20)").query().singleValue();
                }))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void isTheOneOfTheInnerTransactionWhileTheOuterIsSuspended() {
        TransactionTemplate inner = transaction();
        inner.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        transaction().executeWithoutResult(outer -> {
            touch(nodeEast);
            String outerId = id();
            inner.executeWithoutResult(status -> {
                assertThat(inLog())
                        .as("suspended, and the inner one has no id yet")
                        .isNull();
                touch(nodeWest);
                assertThat(inLog()).isEqualTo(id()).isNotEqualTo(outerId);
            });
            assertThat(inLog()).isEqualTo(outerId);
            assertThatIllegalStateException()
                    .isThrownBy(() -> inner.executeWithoutResult(status -> {
                        touch(nodeWest);
                        throw new IllegalStateException("changed my mind");
                    }));
            assertThat(inLog()).isEqualTo(outerId);
        });
    }

    @Test
    void isNotThereWhileATransactionIsSuspended() {
        TransactionTemplate none = transaction();
        none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        transaction().executeWithoutResult(outer -> {
            touch(nodeEast);
            none.executeWithoutResult(status -> assertThat(inLog()).isNull());
            assertThat(inLog()).isEqualTo(id());
        });
    }

    @Test
    void isThereWithoutSpringToo() throws Exception {
        UserTransaction jta = xa.userTransaction();
        jta.begin();
        touch(nodeEast);
        assertThat(inLog()).isEqualTo(id());
        jta.commit();
        assertThat(inLog()).isNull();

        jta.begin();
        touch(nodeEast);
        jta.rollback();
    }

    @Test
    void isTheOneOfATransactionBegunByHandUntilItEnds() {
        transaction().executeWithoutResult(status -> {
            touch(nodeEast);
            String outerId = id();
            byHand(() -> {
                touch(nodeWest);
                assertThat(inLog()).isEqualTo(id()).isNotEqualTo(outerId);
            });
            assertThat(inLog()).isEqualTo(outerId);
        });
    }

    private void byHand(Runnable work) {
        try {
            TransactionManager manager = xa.transactionManager();
            Transaction suspended = manager.suspend();
            manager.begin();
            work.run();
            manager.commit();
            manager.resume(suspended);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void isThereWhereSpringTakesPartInATransactionBegunWithoutIt() throws Exception {
        UserTransaction jta = xa.userTransaction();
        jta.begin();
        transaction().executeWithoutResult(status -> touch(nodeEast));
        assertThat(inLog()).isEqualTo(id());
        jta.commit();
    }

    private TransactionTemplate transaction() {
        return new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
    }

    private static void touch(JdbcClient node) {
        node.sql("update account set balance = balance + 1").update();
    }

    private String id() {
        return xa.currentTransaction().map(TransactionId::toString).orElseThrow();
    }

    private static @Nullable String inLog() {
        return MDC.get(TransactionIdInLog.KEY);
    }
}
