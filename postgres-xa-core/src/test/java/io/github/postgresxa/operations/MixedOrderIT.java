package io.github.postgresxa.operations;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.mixed.DeadManager;
import io.github.postgresxa.mixed.Queue;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator's order for a transaction with another resource, whose manager has its log on a node. */
@PostgresNodes({"east", "west", "queue"})
class MixedOrderIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private PostgresNode east;
    private PostgresNode west;
    private Queue queue;
    private DeadManager manager;
    private TransactionId id;
    private Operations operations;

    @BeforeEach
    void leavePrepared(PostgresNode east, PostgresNode west, PostgresNode queue) throws Exception {
        this.east = east;
        this.west = west;
        this.queue = Queue.on(queue);
        Bank.open(east, west).close();
        manager = new DeadManager(west).registered("1 minute");
        id = manager.leavePrepared(east, west);
        this.queue.leavePrepared(manager.xid(2), "moved 10");
        operations = Operations.on(
                Stream.of(east, west).map(Bank::settings).toList(),
                DecisionSettings.DEFAULT,
                Console.naming(Stream.of(east, west).map(Bank::settings).toList(), "pgxa"),
                Duration.ZERO);
    }

    @AfterEach
    void close() throws Exception {
        queue.close();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("delete from pgxa.manager_decision", "delete from pgxa.manager");
        }
    }

    private Resolution order(ResolveAction action, boolean force) {
        return operations.resolve(
                new ResolveRequest(id, action, DecisionState.NONE, "the ticket says so", "a test", force));
    }

    private String word() {
        return west.queryForString("select coalesce(max(outcome), '-') from pgxa.manager_decision");
    }

    private long prepared() {
        return Stream.of(east, west)
                .mapToLong(n -> n.preparedTransactions().size())
                .sum();
    }

    @Test
    void toRollBackIsObeyedByTheOtherResourceAsWell() throws Exception {
        assertThat(order(ResolveAction.ROLLBACK, false).complete()).isTrue();
        assertThat(word()).isEqualTo("A");
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        try (Bank bank = Bank.over(Bank.builder(east, west).build(), List.of(east, west));
                Queue.Registered registered = queue.register()) {
            eventually(LIMIT, "the message is rolled back", () -> queue.prepared() == 0);
            assertThat(queue.messages()).isZero();
            assertThat(bank.prepared()).isZero();
            assertThat(registered.isClosed()).isFalse();
        }
    }

    @Test
    void toRollBackIsRefusedWhereTheManagerHasDecidedToCommit() {
        manager.decided("C");
        assertThatThrownBy(() -> order(ResolveAction.ROLLBACK, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has decided to commit it")
                .hasMessageContaining("'west'");
        assertThat(prepared()).isEqualTo(2);
    }

    @Test
    void toCommitIsRefusedWithoutTheManagersDecisionBecauseNotAllMayHaveAgreed() {
        assertThatThrownBy(() -> order(ResolveAction.COMMIT, false))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("has not decided to commit it");
        assertThat(prepared()).isEqualTo(2);
        assertThat(word()).isEqualTo("-");
    }

    /** The transaction may have its log on a node that takes no part in it, and that the operator has not named. */
    @Test
    void isRefusedWhereTheLogOfTheManagerIsOnNoneOfTheNodes() {
        west.execute("delete from pgxa.manager");
        for (ResolveAction action : ResolveAction.values()) {
            assertThatThrownBy(() -> order(action, false))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is on none of these nodes");
        }
        assertThat(prepared()).isEqualTo(2);
        assertThat(order(ResolveAction.ROLLBACK, true).complete()).isTrue();
    }

    @Test
    void toCommitIsCarriedOutWhereTheManagerHasDecidedSo() {
        manager.decided("C");
        assertThat(order(ResolveAction.COMMIT, false).complete()).isTrue();
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
    }
}
