package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.operations.BulkResolution.Item;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.prepared.PreparedBranch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BulkPlanTests {

    private static final NodeIdentity EAST = new NodeIdentity("00000000000000ea");

    /** A transaction of a manager with a branch at its home, which has no row. */
    private static Item order(ResolveAction action, @Nullable DecisionState expected, boolean cut) {
        TransactionId id = TransactionId.random();
        Gid gid = Gid.ours("pgxa/2/%s/%s/%s/0000002a.Zw.YQ".formatted(id, EAST, EAST))
                .orElseThrow();
        NodeSnapshot east = new NodeSnapshot(
                EAST,
                new ServerFacts("18", 100, true, "1:00000001", 1, "on"),
                List.of(new PreparedBranch(gid, "bank", Duration.ofMinutes(1), new Xid8(7))),
                Roster.NONE,
                null);
        Node node = new Node(new NodeSettings("east", "jdbc:postgresql://east/bank", "bank", null), "a test");
        TransactionSnapshot found = new TransactionSnapshot(id, Map.of(node, east), Map.of());
        BulkPlan plan = BulkPlan.of(
                new BulkRequest(BranchFilter.ALL, action, expected, "ticket 9", "a test", false, Set.of(), false),
                new BulkSnapshot(Map.of(id, found), Map.of(), Map.of(), cut),
                OpenWork.NONE,
                CompletenessRules.LEAST_AGE);
        Item item = plan.items().values().iterator().next();
        assertThat(plan.work()).hasSize(item.result() == Result.SETTLED ? 1 : 0);
        return item;
    }

    /** A row C that does not name a branch is no permission to commit it: the transaction would stay partial. */
    @Test
    void inThePlaceOfAManagerNothingIsDecidedWhileABranchMayBeUnread() {
        assertThat(order(ResolveAction.COMMIT, DecisionState.NONE, false).result())
                .isEqualTo(Result.SETTLED);
        Item refused = order(ResolveAction.COMMIT, DecisionState.NONE, true);
        assertThat(refused.result()).isEqualTo(Result.REFUSED);
        assertThat(refused.why()).contains("has to name every branch", "Settle it alone");
    }

    /** For a single transaction, too, the operator has to say that he saw it undecided. */
    @Test
    void inThePlaceOfAManagerNothingIsDecidedUnlessTheOrderExpectsNoDecision() {
        for (ResolveAction action : ResolveAction.values()) {
            assertThat(order(action, null, false).why()).contains("has not decided", "--expect none");
            assertThat(order(action, null, false).result()).isEqualTo(Result.REFUSED);
        }
    }

    @Test
    void aConditionHasAValue() {
        assertThatThrownBy(() -> new BranchFilter(Set.of(), Duration.ZERO, "", null, null))
                .hasMessageContaining("node has no value");
        assertThatThrownBy(() -> new BranchFilter(Set.of(), Duration.ZERO, null, " ", null))
                .hasMessageContaining("role has no value");
        assertThatThrownBy(() -> new BranchFilter(Set.of(), Duration.ZERO, null, null, ""))
                .hasMessageContaining("manager has no value");
    }

    /** A caller that found nothing must not end everything. */
    @Test
    void noTransactionsAreNotAll() {
        assertThatThrownBy(() -> BranchFilter.of(Set.of())).hasMessageContaining("no transaction is given");
    }
}
