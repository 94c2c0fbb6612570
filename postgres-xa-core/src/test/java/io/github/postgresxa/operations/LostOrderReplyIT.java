package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The home does not answer to an order's decision. It may be written, and nothing says that it is not. */
@PostgresNodes({"east", "west"})
class LostOrderReplyIT {

    /** Ends the transaction that fences. */
    private static final MessageFilter COMMIT_OF_FENCE =
            MessageKind.COMMIT.and(MessageFilter.containing("pg_logical_emit_message"));

    private final FaultPlan plan = new FaultPlan();
    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
        east.execute("truncate pgxa.forced");
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private <T> T order(Function<Operations, T> order) throws Exception {
        try (FaultProxy way = FaultProxy.before(east, plan)) {
            NodeSettings home = new NodeSettings("east", way.jdbcUrl(), east.username(), east.password());
            return order.apply(Operations.on(
                    List.of(home, Bank.settings(west)),
                    DecisionSettings.DEFAULT,
                    new Console("cli", ""),
                    Duration.ZERO));
        }
    }

    private Operations direct() {
        return Operations.on(List.of(Bank.settings(east), Bank.settings(west)), DecisionSettings.DEFAULT);
    }

    private static ResolveRequest one(TransactionId id, ResolveAction action) {
        return new ResolveRequest(id, action, DecisionState.NONE, "ticket 9", "a test", false);
    }

    private static BulkRequest all(ResolveAction action, @Nullable DecisionState expected) {
        return new BulkRequest(BranchFilter.ALL, action, expected, "ticket 9", "a test", false, Set.of(), false);
    }

    private static void assertUnknown(Resolution done) {
        assertThat(done.complete()).isFalse();
        assertThat(done.unknown())
                .contains("was sent to 'east', and it is not known whether it is written", "No branch was touched");
        assertThat(done.next())
                .contains("the order can be given again")
                .endsWith("$ cli explain " + done.transaction());
        assertThat(done.branches()).isNotEmpty().allSatisfy(branch -> {
            assertThat(branch.ended()).isFalse();
            assertThat(branch.result()).startsWith("not touched");
        });
    }

    private static void assertUnknown(BulkResolution done, int many) {
        assertThat(done.complete()).isFalse();
        assertThat(done.transactions())
                .hasSize(many)
                .allSatisfy(t -> assertThat(t.result()).isEqualTo(Result.UNKNOWN))
                .allSatisfy(t -> assertThat(t.why()).contains("it is not known whether it is written"));
        assertThat(done.summary()).contains("0 rolled back, 0 open, %d unknown, 0 refused".formatted(many));
        assertThat(done.next()).contains("the order can be given again").endsWith("$ cli explain <id>");
    }

    @Test
    void ofOneTransactionIsUnknownAndTheWrittenDecisionIsCarriedOutByRecovery() throws Exception {
        Orphan orphan = Orphan.leave(east, west);
        plan.at(COMMIT_OF_FENCE).loseReply();
        Resolution done = order(on -> on.resolve(one(orphan.id(), ResolveAction.ROLLBACK)));
        assertUnknown(done);
        assertThat(done.unreached()).containsOnlyKeys("east");
        assertThat(orphan.isPrepared()).isTrue();
        assertThat(direct().explain(orphan.id()).state()).isEqualTo(DecisionState.ROLLBACK);
        assertThat(direct().recover().complete()).isTrue();
        assertThat(orphan.isPrepared()).isFalse();
    }

    /** One is fenced alone, several together. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void ofManyIsUnknownOfEach(int many) throws Exception {
        String home = Orphan.identity(east);
        String own = Orphan.identity(west);
        for (int i = 0; i < many; i++) {
            west.execute("begin; insert into account values (%d, 1); prepare transaction 'pgxa/1/%s/%s/%s'"
                    .formatted(100 + i, TransactionId.random(), home, own));
        }
        plan.at(COMMIT_OF_FENCE).loseReply();
        assertUnknown(order(on -> on.resolve(all(ResolveAction.ROLLBACK, null))), many);
        assertThat(west.preparedTransactions()).hasSize(many);
        assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'A'"))
                .isEqualTo(many);
    }

    @Test
    void ofACommitInThePlaceOfATransactionManagerIsUnknown() throws Exception {
        Orphan orphan = Orphan.leaveToManager(east, west, TransactionId.random());
        plan.at(MessageKind.COMMIT).loseReply();
        assertUnknown(order(on -> on.resolve(one(orphan.id(), ResolveAction.COMMIT))));
        assertThat(direct().explain(orphan.id()).state()).isEqualTo(DecisionState.COMMIT);
        assertThat(orphan.isPrepared()).isTrue();
    }

    @Test
    void ofManyInThePlaceOfATransactionManagerIsUnknown() throws Exception {
        Orphan orphan = Orphan.leaveToManager(east, west, TransactionId.random());
        plan.at(MessageKind.COMMIT).loseReply();
        BulkResolution done = order(on -> on.resolve(all(ResolveAction.COMMIT, DecisionState.NONE)));
        assertThat(done.transactions()).singleElement().satisfies(t -> {
            assertThat(t.result()).isEqualTo(Result.UNKNOWN);
            assertThat(t.branches()).isEmpty();
        });
        assertThat(orphan.isPrepared()).isTrue();
    }

    /** The server has the fence and not its commit: nothing was written, and that is certain. */
    @Test
    void beforeTheCommitIsNothingDone() throws Exception {
        Orphan orphan = Orphan.leave(east, west);
        plan.at(MessageKind.FENCE).loseReply();
        assertThatThrownBy(() -> order(on -> on.resolve(one(orphan.id(), ResolveAction.ROLLBACK))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing was written");
        plan.at(MessageKind.FENCE).loseReply();
        assertThat(order(on -> on.resolve(all(ResolveAction.ROLLBACK, null))).transactions())
                .singleElement()
                .satisfies(t -> assertThat(t.result()).isEqualTo(Result.REFUSED));
        assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();
        assertThat(orphan.isPrepared()).isTrue();
    }

    @Test
    void beforeTheCommitInThePlaceOfATransactionManagerIsNothingDone() throws Exception {
        Orphan orphan = Orphan.leaveToManager(east, west, TransactionId.random());
        plan.at(MessageKind.DECISION).loseReply();
        assertThatThrownBy(() -> order(on -> on.resolve(one(orphan.id(), ResolveAction.COMMIT))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("nothing was written");
        assertThat(east.queryForLong("select count(*) from pgxa.decision")).isZero();
        assertThat(orphan.isPrepared()).isTrue();
    }

    @Test
    void ofABranchIsUnknownForThatBranch() throws Exception {
        Orphan orphan = Orphan.leave(east, east);
        plan.at(MessageKind.ROLLBACK_PREPARED).loseReply();
        Resolution done = order(on -> on.resolve(one(orphan.id(), ResolveAction.ROLLBACK)));
        assertThat(done.complete()).isFalse();
        assertThat(done.unknown()).isEmpty();
        assertThat(done.branches())
                .singleElement()
                .extracting(BranchResult::result)
                .asString()
                .startsWith("still prepared, or its end unknown");
        assertThat(orphan.isPrepared()).isFalse();
    }
}
