package io.github.postgresxa.mixed;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way to the log's node fails when the embedded manager decides. */
@PostgresNodes({"east", "west", "log", "queue"})
class LostDecisionIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final FaultPlan plan = new FaultPlan();
    private PostgresNode east;
    private PostgresNode west;
    private FaultProxy way;
    private Bank bank;
    private Queue queue;
    private Queue.Registered registered;

    /** The log's node comes first, and the transactions here do not use it. */
    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode log, PostgresNode queue) throws Exception {
        this.east = east;
        this.west = west;
        this.queue = Queue.on(queue);
        Bank.createAccounts(east, west, log);
        way = FaultProxy.before(log, plan);
        bank = Bank.over(
                Bank.builder()
                        .node("log", way.jdbcUrl(), log.username(), log.password())
                        .node("east", east.jdbcUrl(), east.username(), east.password())
                        .node("west", west.jdbcUrl(), west.username(), west.password())
                        .build(),
                List.of(east, west));
        registered = this.queue.register();
    }

    @AfterEach
    void close() throws Exception {
        registered.close();
        bank.close();
        way.close();
        queue.close();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private void begin(boolean writes) throws Exception {
        bank.transaction().begin();
        bank.xa.transactionManager().getTransaction().enlistResource(queue.resource());
        queue.put("moved 10");
        if (writes) {
            bank.add("east", -10);
            bank.add("west", 10);
        } else {
            bank.read("east");
        }
        bank.xa.transactionManager().getTransaction().delistResource(queue.resource(), XAResource.TMSUCCESS);
    }

    private void loseEachFence() {
        for (int n = 1; n <= 200; n++) {
            plan.at(MessageKind.MANAGER_FENCE).nth(n).loseRequest();
        }
    }

    private void allIsCommitted() throws Exception {
        eventually(LIMIT, "nothing is prepared", () -> bank.prepared() + queue.prepared() == 0);
        assertThat(queue.messages()).isOne();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
    }

    private void allIsRolledBack() throws Exception {
        eventually(LIMIT, "nothing is prepared", () -> bank.prepared() + queue.prepared() == 0);
        assertThat(queue.messages()).isZero();
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aDecisionWhoseReplyIsLostIsFoundAndCommits() throws Exception {
        plan.at(MessageKind.MANAGER_DECISION).loseReply();
        begin(true);
        bank.transaction().commit();
        allIsCommitted();
    }

    @Test
    void aDecisionThatDoesNotArriveIsRuledOutAndRollsBack() throws Exception {
        plan.at(MessageKind.MANAGER_DECISION).loseRequest();
        begin(true);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        allIsRolledBack();
    }

    /** The nodes have none prepared, and the other resource is told as soon as it can be. */
    @Test
    void whatCannotBeDecidedIsRolledBackAlsoWhileTheLogNodeIsDown(PostgresNode log) throws Exception {
        begin(true);
        eventually(LIMIT, "it is registered", () -> log.queryForLong("select count(*) from pgxa.manager") > 0);
        log.stop();
        try {
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            allIsRolledBack();
        } finally {
            log.start();
        }
    }

    @Test
    void withoutAPlaceForTheDecisionNothingIsPreparedAndTheReasonIsTold(PostgresNode log) throws Exception {
        for (PostgresNode node : List.of(log, east, west)) {
            node.execute("alter table pgxa.manager rename to manager_away");
        }
        try {
            assertThatThrownBy(() -> begin(true))
                    .as("the queue is enlisted already, so no node may join")
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("pgxa.manager");
            bank.transaction().rollback();

            bank.transaction().begin();
            bank.add("east", -10);
            bank.xa.transactionManager().getTransaction().enlistResource(queue.resource());
            queue.put("moved 10");
            bank.xa.transactionManager().getTransaction().delistResource(queue.resource(), XAResource.TMSUCCESS);
            assertThatThrownBy(() -> bank.transaction().commit())
                    .isInstanceOf(RollbackException.class)
                    .hasMessageContaining("pgxa.manager");
            assertThat(queue.prepared() + bank.prepared()).isZero();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        } finally {
            for (PostgresNode node : List.of(log, east, west)) {
                node.execute("alter table pgxa.manager_away rename to manager");
            }
        }
    }

    @Test
    void anOutcomeThatIsNotKnownIsReportedAsThatAndSettledByTheRow() throws Exception {
        plan.at(MessageKind.MANAGER_DECISION).loseReply();
        loseEachFence();
        begin(true);
        AtomicInteger status = new AtomicInteger();
        bank.xa.transactionSynchronizationRegistry().registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Nothing is to be done.
            }

            @Override
            public void afterCompletion(int told) {
                status.set(told);
            }
        });
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(HeuristicMixedException.class)
                .hasMessageContaining(
                        "is not known: the decision of the transaction manager was sent and not answered");
        assertThat(status).hasValue(Status.STATUS_UNKNOWN);
        assertThat(queue.prepared()).as("nothing was told").isOne();
        plan.clear();
        allIsCommitted();
        assertThat(plan.seen())
                .containsKeys(MessageKind.REGISTRATION, MessageKind.MANAGER_DECISION, MessageKind.MANAGER_FENCE);
    }

    @Test
    void thatHoldsAlsoWhereTheNodesHaveOnlyRead() throws Exception {
        plan.at(MessageKind.MANAGER_DECISION).loseReply();
        loseEachFence();
        begin(false);
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
        plan.clear();
        eventually(LIMIT, "the message is committed", () -> queue.prepared() == 0);
        assertThat(queue.messages()).isOne();
    }
}
