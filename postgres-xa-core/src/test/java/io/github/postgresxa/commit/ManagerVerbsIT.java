package io.github.postgresxa.commit;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verbs arrive twice, late, from another thread, or never: transaction managers do all of that. */
@PostgresNodes({"east", "west"})
class ManagerVerbsIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final ManagerByHand manager = new ManagerByHand();
    private PostgresNode east;
    private PostgresNode west;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        bank = Bank.open(
                b -> b.transactionManager(manager, manager)
                        .listener(new XaListener() {
                            @Override
                            public void finished(
                                    TransactionId id, Outcome outcome, int branches, int prepared, Duration time) {
                                throw new IllegalStateException("a listener with a bug");
                            }
                        })
                        .listener(new XaListener() {
                            @Override
                            public void finished(
                                    TransactionId id, Outcome outcome, int branches, int prepared, Duration time) {
                                throw new NoClassDefFoundError("a listener without its library");
                            }
                        }),
                east,
                west);
    }

    @AfterEach
    void close() {
        manager.complete();
        assertThat(bank.xa.pool("east").active() + bank.xa.pool("west").active())
                .as("connections in use")
                .isZero();
        bank.close();
        assertThat(bank.prepared()).isZero();
    }

    private XAResource transfer() throws SQLException {
        bank.add("east", -10);
        bank.add("west", 10);
        return manager.resource();
    }

    private static void assertThatItAnswers(ThrowingCallable verb, int code) {
        assertThatThrownBy(verb)
                .isInstanceOfSatisfying(
                        XAException.class, e -> assertThat(e.errorCode).isEqualTo(code));
    }

    @Test
    void endMayComeTwiceAndJoinsAndResumesAreTaken() throws Exception {
        XAResource resource = transfer();
        resource.end(manager.xid, XAResource.TMSUCCESS);
        resource.start(manager.xid, XAResource.TMJOIN);
        resource.end(manager.xid, XAResource.TMSUSPEND);
        resource.start(manager.xid, XAResource.TMRESUME);
        resource.end(manager.xid, XAResource.TMSUCCESS);
        resource.end(manager.xid, XAResource.TMSUCCESS);
        resource.commit(manager.xid, true);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void aRepeatedCommitIsAnsweredAsTheFirst() throws Exception {
        XAResource resource = transfer();
        resource.commit(manager.xid, true);
        resource.commit(manager.xid, true);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void aRollbackAfterTheCommitTakesNothingBack() throws Exception {
        XAResource resource = transfer();
        resource.commit(manager.xid, true);
        assertThatItAnswers(() -> resource.rollback(manager.xid), XAException.XAER_RMFAIL);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void aCommitAfterTheRollbackIsARollback() throws Exception {
        XAResource resource = transfer();
        resource.rollback(manager.xid);
        resource.rollback(manager.xid);
        assertThatItAnswers(() -> resource.commit(manager.xid, true), XAException.XA_RBROLLBACK);
        assertThatItAnswers(() -> resource.prepare(manager.xid), XAException.XA_RBROLLBACK);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aRollbackFromAnotherThreadStopsTheStatementAndNothingRunsAfterIt() throws Exception {
        XAResource resource = transfer();
        try (Connection c = bank.connection("west");
                Statement s = c.createStatement()) {
            CompletableFuture<Void> running = CompletableFuture.runAsync(() -> {
                try {
                    s.execute("select pg_sleep(60)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(
                    LIMIT,
                    "it runs",
                    () -> west.queryForLong("select count(*) from pg_stat_activity where wait_event = 'PgSleep'") == 1);
            resource.end(manager.xid, XAResource.TMFAIL);
            resource.rollback(manager.xid);
            assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS)).isNotNull();
            assertThatThrownBy(() -> s.execute("update account set balance = 0 where id = 1"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aRollbackFromAnotherThreadDuringTheCommitComesTooLate() throws Exception {
        XAResource resource = transfer();
        try (Connection holder = east.connect();
                Statement s = holder.createStatement()) {
            holder.setAutoCommit(false);
            // The decision has to wait.
            s.execute("lock table pgxa.decision in exclusive mode");
            CompletableFuture<Integer> commit = CompletableFuture.supplyAsync(() -> {
                try {
                    resource.commit(manager.xid, true);
                    return XAResource.XA_OK;
                } catch (XAException e) {
                    return e.errorCode;
                }
            });
            eventually(
                    LIMIT,
                    "the decision is on its way",
                    () -> east.queryForLong("select count(*) from pg_locks where not granted") == 1);
            assertThatItAnswers(() -> resource.rollback(manager.xid), XAException.XAER_RMFAIL);
            holder.rollback();
            assertThat(commit.get(20, TimeUnit.SECONDS)).isEqualTo(XAResource.XA_OK);
        }
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void aPrepareAfterTheTimeoutPreparesNothing() throws Exception {
        manager.setTransactionTimeout(1);
        XAResource resource = transfer();
        eventually(LIMIT, "the transaction times out", () -> refusesWork());
        assertThatItAnswers(() -> resource.prepare(manager.xid), XAException.XA_RBTIMEOUT);
        resource.rollback(manager.xid);
        assertThat(bank.prepared()).isZero();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {Status.STATUS_COMMITTED, Status.STATUS_ROLLEDBACK})
    void anEndedTransactionLetsWorkPassOnTheThreadThatWasToldOfItsEnd(int status) throws Exception {
        XAResource resource = transfer();
        if (status == Status.STATUS_COMMITTED) {
            resource.commit(manager.xid, true);
        } else {
            resource.rollback(manager.xid);
        }
        manager.status = status;
        assertThat(refusesWork()).as("the end has not been told yet").isTrue();

        manager.complete();
        assertThat(refusesWork()).as("it is over, and this thread knows").isFalse();
        assertThat(CompletableFuture.supplyAsync(this::refusesWork).get(10, TimeUnit.SECONDS))
                .as("a thread that does not know would work outside of its transaction")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {Status.STATUS_COMMITTED, Status.STATUS_ROLLEDBACK})
    void soItDoesWhereTheRegistryTellsNothingOfIt(int status) throws Exception {
        manager.forgets = true;
        anEndedTransactionLetsWorkPassOnTheThreadThatWasToldOfItsEnd(status);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                Status.STATUS_PREPARING,
                Status.STATUS_PREPARED,
                Status.STATUS_COMMITTING,
                Status.STATUS_ROLLING_BACK,
                Status.STATUS_UNKNOWN
            })
    void anEndingTransactionLetsNoWorkPass(int status) throws Exception {
        transfer();
        manager.status = status;
        assertThat(refusesWork()).isTrue();
        manager.complete();
        assertThat(refusesWork()).isTrue();
    }

    private boolean refusesWork() {
        try {
            bank.execute("east", "select 1");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    @Test
    void withoutAnyVerbAllIsRolledBackAtTheCompletion() throws Exception {
        transfer();
        manager.complete();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(west.queryForLong(
                        "select count(*) from pg_locks where locktype = 'transactionid' and pid <> pg_backend_pid()"))
                .isZero();
    }

    @Test
    void preparedItWaitsForTheManagersWordWhichMayComeTwice() throws Exception {
        XAResource resource = transfer();
        assertThat(resource.prepare(manager.xid)).isEqualTo(XAResource.XA_OK);
        assertThat(bank.prepared()).isEqualTo(2);
        resource.commit(manager.xid, false);
        resource.commit(manager.xid, false);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    @Test
    void itListsNothingKnowsOnlyItselfAndForgetsWithoutAWord() throws Exception {
        XAResource resource = transfer();
        assertThat(resource.recover(XAResource.TMSTARTRSCAN)).isEmpty();
        assertThat(resource.isSameRM(resource)).isTrue();
        assertThat(resource.isSameRM(new OtherResource(true))).isFalse();
        resource.commit(manager.xid, true);
        resource.forget(manager.xid);
        assertThat(List.of(bank.balances().get(0), bank.balances().get(1))).containsExactly(990L, 1010L);
    }

    @Test
    void anUnknownOutcomeIsToldByItsCodeAndByNothingElse() throws Exception {
        ManagerByHand own = new ManagerByHand();
        try (FaultProxy toEast = FaultProxy.before(east);
                PostgresXa xa = PostgresXa.builder()
                        .home("first-used")
                        .name("bank")
                        .transactionManager(own, own)
                        .node("east", toEast.jdbcUrl(), east.username(), east.password())
                        .build();
                Bank single = Bank.over(xa, List.of(east))) {
            single.add("east", 5);
            Fault lost = toEast.plan().at(MessageKind.COMMIT).loseReply();
            assertThatItAnswers(() -> own.resource().commit(own.xid, true), XAException.XAER_RMFAIL);
            assertThat(lost.hasFired()).isTrue();
            own.complete();
        }
    }
}
