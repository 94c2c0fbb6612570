package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.BulkResolution.Item;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One order settles many transactions by the rules for one. {@code -Dbulk.count=3000} makes many. */
@PostgresNodes({"east", "west"})
class BulkIT {

    private static final int MANY = Integer.getInteger("bulk.count", 300);

    private PostgresNode east;
    private PostgresNode west;
    private Operations operations;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
        operations = Operations.on(Stream.of(east, west).map(Bank::settings).toList(), DecisionSettings.DEFAULT);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private static BulkRequest order(
            BranchFilter filter, ResolveAction action, @Nullable DecisionState expected, boolean dryRun) {
        return new BulkRequest(filter, action, expected, "ticket 9", "a test", false, Set.of(), dryRun);
    }

    private static BulkRequest rollBack(BranchFilter filter, boolean dryRun) {
        return order(filter, ResolveAction.ROLLBACK, null, dryRun);
    }

    private void leave(int many) throws SQLException {
        String own = Orphan.identity(west);
        String home = Orphan.identity(east);
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < many; i++) {
                s.execute("begin; insert into account values (%d, 1); prepare transaction 'pgxa/1/%s/%s/%s'"
                        .formatted(100 + i, TransactionId.random(), home, own));
            }
        }
    }

    @Test
    void manyAreSettledByOneOrderOverAFewConnections() throws Exception {
        west.execute("alter system set max_prepared_transactions = " + (MANY + 50));
        west.restart();
        leave(MANY);
        BulkResolution dry = operations.resolve(rollBack(BranchFilter.ALL, true));
        assertThat(dry.transactions())
                .hasSize(MANY)
                .allSatisfy(t -> assertThat(t.why()).contains("no decision stands at 'east'"));
        assertThat(west.preparedTransactions()).as("a dry run").hasSize(MANY);
        assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();

        long before = sessions();
        BulkResolution done = operations.resolve(rollBack(BranchFilter.ALL, false));
        long opened = sessions() - before;
        assertThat(done.complete()).as(done.summary()).isTrue();
        assertThat(done.count(Result.SETTLED)).isEqualTo(MANY);
        assertThat(west.preparedTransactions()).isEmpty();
        assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'A'"))
                .isEqualTo(MANY);
        assertThat(west.queryForLong("select count(*) from account")).isEqualTo(2);
        assertThat(opened).as("connections").isLessThan(20);
        west.execute("alter system reset max_prepared_transactions");
        west.restart();
    }

    /** A session reports to the statistics when it ends. */
    private long sessions() {
        return Stream.of(east, west)
                .mapToLong(
                        n -> n.queryForLong("select sessions from pg_stat_database where datname = current_database()"))
                .sum();
    }

    @Test
    void whatIsDecidedTheOtherWayIsRefusedAndTheOthersGoOn() throws Exception {
        Orphan committed = Orphan.leave(east, west);
        committed.decide(east, "C");
        Orphan undecided = leaveAnother(TransactionId.random());
        BulkResolution done = operations.resolve(rollBack(BranchFilter.ALL, false));
        assertThat(done.complete()).isFalse();
        assertThat(item(done, committed.id()).result()).isEqualTo(Result.REFUSED);
        assertThat(item(done, committed.id()).why()).contains("contradicts");
        assertThat(item(done, undecided.id()).result()).isEqualTo(Result.SETTLED);
        assertThat(committed.isPrepared()).isTrue();
        assertThat(undecided.isPrepared()).isFalse();

        assertThat(operations
                        .resolve(order(BranchFilter.ALL, ResolveAction.COMMIT, DecisionState.COMMIT, false))
                        .complete())
                .isTrue();
        assertThat(committed.balance()).isEqualTo(1010);
    }

    private static Item item(BulkResolution done, TransactionId id) {
        return done.transactions().stream()
                .filter(t -> t.transaction().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** At the other node, because both change the same row. */
    private Orphan leaveAnother(TransactionId id) throws SQLException {
        return Orphan.leave(east, east, id);
    }

    @Test
    void theFilterSelects() throws Exception {
        Orphan there = Orphan.leave(east, west);
        Orphan here = leaveAnother(TransactionId.random());
        for (BranchFilter none : List.of(
                new BranchFilter(Set.of(), Duration.ofHours(1), null, null, null),
                new BranchFilter(Set.of(), Duration.ofHours(1), "west", null, null),
                new BranchFilter(Set.of(), Duration.ZERO, null, "somebody", null),
                new BranchFilter(Set.of(), Duration.ZERO, null, null, "node-A"))) {
            assertThat(operations.resolve(rollBack(none, false)).transactions()).isEmpty();
        }
        assertThatThrownBy(() -> operations.resolve(
                        rollBack(new BranchFilter(Set.of(), Duration.ZERO, "wst", null, null), true)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("There is no node 'wst'; these are known: east, west");
        operations.resolve(rollBack(new BranchFilter(Set.of(), Duration.ZERO, "west", west.username(), null), false));
        assertThat(there.isPrepared()).isFalse();
        assertThat(here.isPrepared()).isTrue();
        TransactionId unknown = TransactionId.random();
        BulkResolution done = operations.resolve(rollBack(BranchFilter.of(Set.of(here.id(), unknown)), false));
        assertThat(here.isPrepared()).isFalse();
        assertThat(item(done, unknown).why()).contains("nothing to settle");
    }

    @Test
    void aTransactionOverBothNodesIsSettledOnBoth() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan there = Orphan.leave(east, west, id);
        Orphan here = Orphan.leave(east, east, id);
        BulkResolution done = operations.resolve(rollBack(BranchFilter.ALL, false));
        assertThat(done.complete()).isTrue();
        assertThat(done.transactions())
                .singleElement()
                .satisfies(t -> assertThat(t.branches()).hasSize(2));
        assertThat(there.isPrepared() || here.isPrepared()).isFalse();
    }

    @Test
    void aSilentNodeMakesItIncompleteAndIsNamed() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan away = Orphan.leave(east, west, id);
        Orphan.leave(east, east, id);
        west.kill();
        BulkResolution done;
        try {
            done = operations.resolve(rollBack(BranchFilter.ALL, false));
        } finally {
            west.start();
        }
        assertThat(done.complete()).isFalse();
        assertThat(done.count(Result.SETTLED)).isEqualTo(1);
        assertThat(done.unreached()).containsOnlyKeys("west");
        assertThat(done.next()).contains("'west' was not reached", "cli.jar recover");
        assertThat(away.isPrepared()).isTrue();
    }

    @Test
    void withForceAStateHasToBeNamedAndTheHomeToBeGivenUp() throws Exception {
        Orphan orphan = Orphan.leave(east, west);
        Operations westOnly = Operations.on(List.of(Bank.settings(west)), DecisionSettings.DEFAULT);
        assertThatThrownBy(() -> new BulkRequest(
                        BranchFilter.ALL, ResolveAction.ROLLBACK, null, "why", "me", true, Set.of(), false))
                .hasMessageContaining("the state that you expect");
        BulkRequest forced = new BulkRequest(
                BranchFilter.ALL, ResolveAction.ROLLBACK, DecisionState.UNKNOWN, "why", "me", true, Set.of(), false);
        assertThat(westOnly.resolve(forced).transactions())
                .singleElement()
                .satisfies(t -> assertThat(t.why()).contains("Force is refused"));
        assertThat(orphan.isPrepared()).isTrue();
        BulkRequest gone = new BulkRequest(
                BranchFilter.ALL,
                ResolveAction.ROLLBACK,
                DecisionState.UNKNOWN,
                "why",
                "me",
                true,
                Set.of(Orphan.identity(east)),
                false);
        assertThat(westOnly.resolve(gone).complete()).isTrue();
        assertThat(orphan.isPrepared()).isFalse();
        assertThat(operations.explain(orphan.id()).forced()).hasSize(2);
    }
}
