package io.github.postgresxa.mixed;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.decision.ManagerLog;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded manager's decisions are on a node, where every process finds them. */
@PostgresNodes({"east", "west", "queue"})
class NodeLogIT {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private PostgresNode east;
    private PostgresNode west;
    private Queue queue;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode queue) throws Exception {
        System.setProperty(LOG_DIRECTORY, directory.toString());
        this.east = east;
        this.west = west;
        this.queue = Queue.on(queue);
        Bank.open(east, west).close();
    }

    @AfterEach
    void close() throws Exception {
        queue.close();
        System.clearProperty(LOG_DIRECTORY);
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("delete from pgxa.manager_decision", "delete from pgxa.manager");
        }
    }

    private DeadManager dead(String silent) {
        return new DeadManager(east).registered(silent);
    }

    /** All had agreed: to a transfer between the nodes, and to a message. */
    private DeadManager leavePrepared(DeadManager manager, int account) throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("insert into account values (%d, 1000) on conflict (id) do update set balance = 1000"
                    .formatted(account));
        }
        manager.leavePrepared(account, east, west);
        queue.leavePrepared(manager.xid(2), "moved 10 of " + account);
        return manager;
    }

    private List<Long> balances(int account) {
        return Stream.of(east, west)
                .map(node -> node.queryForLong("select balance from account where id = " + account))
                .toList();
    }

    private long prepared() {
        return Stream.of(east, west)
                        .mapToLong(n -> n.preparedTransactions().size())
                        .sum()
                + queue.prepared();
    }

    private Bank another() {
        return Bank.over(Bank.builder(east, west).build(), List.of(east, west));
    }

    @Test
    void aTransactionWithAnotherResourceLeavesNoFileAndInTheEndNoRow() throws Exception {
        try (Bank bank = another();
                Queue.Registered registered = queue.register()) {
            bank.transaction().begin();
            bank.xa.transactionManager().getTransaction().enlistResource(queue.resource());
            queue.put("moved 10");
            bank.add("east", -10);
            bank.add("west", 10);
            bank.xa.transactionManager().getTransaction().delistResource(queue.resource(), XAResource.TMSUCCESS);
            bank.transaction().commit();

            assertThat(queue.messages()).isOne();
            assertThat(bank.balances()).containsExactly(990L, 1010L);
            assertThat(prepared()).isZero();
            assertThat(directory).isEmptyDirectory();
            assertThat(east.queryForLong("select count(*) from pgxa.manager")).isOne();
            eventually(
                    LIMIT,
                    "the decision is known to be carried out",
                    () -> east.queryForLong("select count(*) from pgxa.manager_decision where ended_at is null") == 0);
            assertThat(registered.isClosed()).isFalse();
        }
    }

    @Test
    void aTransactionOfNodesAloneThatCannotCommitRegistersNoManager() throws Exception {
        try (Bank bank = another()) {
            bank.transaction().begin();
            bank.add("east", -10);
            bank.add("west", 10);
            bank.transaction().setRollbackOnly();
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
            assertThat(east.queryForLong("select count(*) from pgxa.manager")).isZero();
        }
    }

    @Test
    void aManagerThatHasBeenSilentForAMonthGoesUnlessADecisionOfItStays() throws Exception {
        DeadManager idle = dead("31 days");
        DeadManager fenced = dead("31 days");
        fenced.decided("A");
        DeadManager decided = dead("31 days");
        decided.decided("C");
        DeadManager living = dead("29 days");
        ManagerLog log = new ManagerLog("pgxa", "bank");
        try (Wire wire = new Node(Bank.settings(east), "test").connect()) {
            log.expire(wire, Duration.ofHours(1), Duration.ofDays(30));
            assertThat(Stream.of(idle, fenced, decided, living).map(DeadManager::isRegistered))
                    .containsExactly(false, false, true, true);
            assertThat(fenced.row()).isEqualTo("-");

            east.execute("update pgxa.manager_decision set ended_at = now() - interval '61 minutes'");
            log.expire(wire, Duration.ofHours(1), Duration.ofDays(30));
            assertThat(decided.row()).isEqualTo("-");
            assertThat(decided.isRegistered()).isFalse();
        }
    }

    /** The other resource has been restarted meanwhile, so recovery's connection to it is a dead one. */
    @Test
    void whatOtherProcessesHaveLeftIsEndedAsTheirManagersDecided() throws Exception {
        try (Bank bank = another();
                Queue.Registered registered = queue.register()) {
            long before = queue.sessions();
            eventually(LIMIT, "recovery has looked there", () -> queue.sessions() > before);
            queue.restart();
            DeadManager committed = leavePrepared(dead("1 minute"), 1);
            committed.decided("C");
            DeadManager undecided = leavePrepared(dead("1 minute"), 2);
            DeadManager fenced = leavePrepared(dead("1 minute"), 3);
            fenced.decided("A");
            DeadManager slow = leavePrepared(dead("-1 hour"), 4);
            DeadManager stranger = leavePrepared(new DeadManager(west), 5);

            eventually(LIMIT, "all but two are ended", () -> prepared() == 6);

            assertThat(queue.bodies()).containsExactly("moved 10 of 1");
            assertThat(balances(1)).containsExactly(990L, 1010L);
            assertThat(balances(2)).containsExactly(1000L, 1000L);
            assertThat(balances(3)).containsExactly(1000L, 1000L);
            assertThat(committed.row())
                    .as("it stays, as another resource may wait for it")
                    .isEqualTo("C");
            assertThat(undecided.row()).isEqualTo("A");
            assertThat(slow.row()).as("its manager shows that it lives").isEqualTo("-");
            assertThat(stranger.row()).as("no node knows its manager").isEqualTo("-");
            assertThat(bank.xa.activeTransactionCount()).isZero();
            assertThat(registered.isClosed()).isFalse();
        }
        assertThat(directory).isEmptyDirectory();
    }
}
