package io.github.postgresxa.spring.transaction;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Synchronization;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.support.PersistenceExceptionTranslator;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The message that the caller of a transactional method sees first is the reason of the rollback. A commit never leaves
 * out a node that failed.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class SpringRollbackIT {

    private PostgresNode eastNode;
    private PostgresNode westNode;
    private ConfigurableApplicationContext application;
    private JdbcClient east;
    private JdbcClient west;
    private Careless careless;

    @BeforeAll
    void start(PostgresNode east, PostgresNode west) {
        this.eastNode = east;
        this.westNode = west;
        this.application = BankApplication.on(east, west).with(Beans.class).start();
        this.east = application.getBean("eastJdbcClient", JdbcClient.class);
        this.west = application.getBean("westJdbcClient", JdbcClient.class);
        this.careless = application.getBean(Careless.class);
    }

    @BeforeEach
    void accounts() {
        westNode.execute("drop table if exists entry");
        BankApplication.prepare(eastNode, westNode);
    }

    @AfterEach
    void nothingHasChanged() {
        westNode.start();
        assertThat(balance(eastNode)).isEqualTo(100);
        assertThat(westNode.queryForLong("select balance from account where id = 1"))
                .isEqualTo(100);
    }

    @AfterAll
    void stop() {
        application.close();
    }

    @Test
    void aSwallowedConnectionFailureRollsBack() {
        westNode.stop();
        rollsBack(() -> careless.swallows(), "node 'west' gives no connection", "refused");
        rollsBack(() -> careless.swallowsFirst(), "node 'west' gives no connection", "refused");
    }

    @Test
    void aCheckedExceptionThatCommitsByTheRuleOfJtaRollsBack() {
        westNode.stop();
        rollsBack(() -> careless.wraps(), "node 'west' gives no connection", "refused");
    }

    @Test
    void aDeferredConstraintIsTheReason() {
        westNode.execute("create table entry (id int, account int references account deferrable initially deferred)");
        Throwable rollback = rollsBack(
                () -> run(template(), status -> {
                    east.sql("update account set balance = 0").update();
                    west.sql("insert into entry values (1, 77)").update();
                }),
                "violates foreign key constraint");
        assertThat(rollback)
                .isNotInstanceOf(ConflictRollbackException.class)
                .hasCauseInstanceOf(DataIntegrityViolationException.class);
    }

    @Test
    void aSerializationFailureIsAConflict() throws SQLException {
        TransactionTemplate serializable = template();
        serializable.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        westNode.execute("insert into account values (2, 1)");
        try (Connection other = westNode.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            other.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            conflicts(
                    () -> run(serializable, status -> {
                        east.sql("update account set balance = 0").update();
                        west.sql("update account set balance = 5 where id = 2"
                                        + " and (select sum(balance) from account) > 0")
                                .update();
                        try {
                            statement.execute("update account set balance = balance where id = 1"
                                    + " and (select sum(balance) from account) > 0");
                            other.commit();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    }),
                    "could not serialize access");
        }
    }

    @Test
    void anOptimisticLockBeforeTheCommitIsAConflict() {
        conflicts(
                () -> run(template(), status -> {
                    east.sql("update account set balance = 0").update();
                    beforeTheCommit(new OptimisticLockingFailureException("another writer was faster"));
                }),
                "another writer was faster");
        conflicts(
                () -> run(template(), status -> {
                    east.sql("update account set balance = 0").update();
                    beforeTheCommit(new StaleRow("row 7 is stale"));
                }),
                "row 7 is stale");
    }

    private void beforeTheCommit(RuntimeException failure) {
        application
                .getBean(PostgresXa.class)
                .transactionSynchronizationRegistry()
                .registerInterposedSynchronization(new Synchronization() {
                    @Override
                    public void beforeCompletion() {
                        throw failure;
                    }

                    @Override
                    public void afterCompletion(int status) {
                        // Nothing.
                    }
                });
    }

    @Test
    void aMarkByAnInnerMethodIsTheReason() {
        rollsBack(
                () -> run(template(), outer -> {
                    east.sql("update account set balance = 0").update();
                    assertThat(catchThrowable(() -> run(template(), inner -> {
                                throw new IllegalStateException("inner");
                            })))
                            .isNotNull();
                }),
                "marked rollback-only");
    }

    @Test
    void aDeadlineIsTheReasonInTheStatementAndAtTheCommit() {
        TransactionTemplate hasty = template();
        hasty.setTimeout(2);
        Throwable[] statement = new Throwable[1];
        Throwable rollback = rollsBack(
                () -> run(hasty, status -> {
                    east.sql("update account set balance = 0").update();
                    statement[0] = catchThrowable(() -> west.sql("select pg_sleep(30)::text")
                            .query(String.class)
                            .single());
                }),
                "took longer than its timeout of ",
                "while a statement ran on node 'west'");
        assertThat(rollback).hasCauseInstanceOf(QueryTimeoutException.class);
        assertThat(statement[0])
                .isInstanceOf(QueryTimeoutException.class)
                .hasMessageContaining("took longer than its timeout of ")
                .hasMessageContaining("the statement on node 'west' was cancelled");
    }

    private static Throwable rollsBack(ThrowingCallable work, String... words) {
        Throwable rollback = catchThrowable(work);
        assertThat(rollback)
                .isInstanceOf(UnexpectedRollbackException.class)
                .hasMessageContaining("is rolled back on all nodes")
                .hasMessageContainingAll(words);
        assertThat(rollback.getMessage()).doesNotContain("maybe due to a timeout");
        return rollback;
    }

    private static void conflicts(ThrowingCallable work, String words) {
        assertThatExceptionOfType(ConflictRollbackException.class)
                .isThrownBy(work)
                .withMessageContaining(words)
                .withCauseInstanceOf(ConcurrencyFailureException.class);
    }

    private TransactionTemplate template() {
        return new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
    }

    private static void run(TransactionTemplate template, Consumer<TransactionStatus> work) {
        template.executeWithoutResult(work);
    }

    /** What a persistence framework throws. */
    static final class StaleRow extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StaleRow(String message) {
            super(message);
        }
    }

    /** Code that continues after a failure, where it should not. */
    static class Careless {

        private final JdbcClient east;
        private final JdbcClient west;
        private final DataSource westDataSource;

        Careless(JdbcClient east, JdbcClient west, DataSource westDataSource) {
            this.east = east;
            this.west = west;
            this.westDataSource = westDataSource;
        }

        @Transactional
        public void swallows() {
            east.sql("update account set balance = balance - 10").update();
            swallowed();
        }

        @Transactional
        public void swallowsFirst() {
            swallowed();
            east.sql("update account set balance = balance - 10").update();
        }

        private void swallowed() {
            try {
                west.sql("update account set balance = balance + 10").update();
            } catch (CannotGetJdbcConnectionException goesOn) {
                // as applications do
            }
        }

        @jakarta.transaction.Transactional
        public void wraps() throws IOException {
            east.sql("update account set balance = balance - 10").update();
            try (Connection c = westDataSource.getConnection();
                    Statement s = c.createStatement()) {
                s.execute("update account set balance = balance + 10");
            } catch (SQLException e) {
                throw new IOException("west does not answer", e);
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        Careless careless(
                JdbcClient eastJdbcClient,
                JdbcClient westJdbcClient,
                @org.springframework.beans.factory.annotation.Qualifier("westDataSource") DataSource west) {
            return new Careless(eastJdbcClient, westJdbcClient, west);
        }

        @Bean
        PersistenceExceptionTranslator translator() {
            return failure -> failure instanceof StaleRow stale
                    ? new OptimisticLockingFailureException(String.valueOf(stale.getMessage()), stale)
                    : null;
        }
    }
}
