package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.ForcedOrders;
import io.github.postgresxa.node.Connector;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.BulkResolution.Result;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Something breaks while an order is carried out. The operator learns what was done, what was not, and why. */
@PostgresNodes({"east", "west"})
class BrokenOrderIT {

    private static final int MANY = 12;

    /** The number of the branch at which something breaks. */
    private static final int AT = 4;

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws SQLException {
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        west.start();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    /** Transactions over both nodes, with east as their home. */
    private List<TransactionId> leave(int many) throws SQLException {
        List<TransactionId> ids =
                Stream.generate(TransactionId::random).limit(many).toList();
        String home = Orphan.identity(east);
        for (PostgresNode node : List.of(east, west)) {
            String own = Orphan.identity(node);
            try (Connection c = node.connect();
                    Statement s = c.createStatement()) {
                for (int i = 0; i < many; i++) {
                    s.execute("begin; insert into account values (%d, 1); prepare transaction 'pgxa/1/%s/%s/%s'"
                            .formatted(100 + i, ids.get(i), home, own));
                }
            }
        }
        return ids;
    }

    private static BulkRequest rollBackAll(@Nullable DecisionState expected, boolean force) {
        return new BulkRequest(
                BranchFilter.ALL, ResolveAction.ROLLBACK, expected, "ticket 9", "a test", force, Set.of(), false);
    }

    /** A frozen node costs its time limit once, not for each of its branches. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNodeThatStopsInTheMiddleIsReportedOnceWithWhatIsLeft(boolean frozen) throws Exception {
        leave(MANY);
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(west, plan)) {
            plan.at(MessageKind.ROLLBACK_PREPARED)
                    .nth(AT)
                    .call(Position.BEFORE_FORWARDING, frozen ? west::pause : west::kill);
            BulkResolution done;
            try {
                done = Operations.on(
                                List.of(
                                        Bank.settings(east),
                                        new NodeSettings("west", way.jdbcUrl(), west.username(), west.password())),
                                DecisionSettings.DEFAULT)
                        .resolve(rollBackAll(null, false));
            } finally {
                if (frozen) {
                    west.resume();
                } else {
                    west.start();
                }
            }
            assertThat(done.took()).isLessThan(Duration.ofSeconds(20));
            assertThat(done.complete()).isFalse();
            assertThat(done.count(Result.SETTLED)).isEqualTo(AT - 1);
            assertThat(done.count(Result.OPEN)).isEqualTo(MANY - AT + 1);
            assertThat(done.unreached()).containsOnlyKeys("west");
            assertThat(done.next())
                    .containsOnlyOnce("'west' was not reached")
                    .contains("Left there: 9 of the branches");
            assertThat(done.transactions().stream()
                            .flatMap(t -> t.branches().stream())
                            .filter(b -> !b.ended()))
                    .extracting(BranchResult::result)
                    .filteredOn(text -> text.startsWith("not touched"))
                    .as("nothing was sent for these")
                    .hasSize(MANY - AT);
        }
        assertThat(east.preparedTransactions()).as("the other node goes on").isEmpty();
        assertThat(west.preparedTransactions()).hasSizeBetween(MANY - AT, MANY - AT + 1);
        Operations all = Operations.on(List.of(Bank.settings(east), Bank.settings(west)), DecisionSettings.DEFAULT);
        assertThat(all.recover().complete()).isTrue();
        assertThat(west.preparedTransactions()).isEmpty();
    }

    /** More than are decided together: what comes after the failure is not even decided. */
    @Test
    void whatHasBranchesOnlyOnANodeThatStoppedIsLeftUndecided() throws Exception {
        west.execute("alter system set max_prepared_transactions = 200");
        west.restart();
        String home = Orphan.identity(east);
        String own = Orphan.identity(west);
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < 150; i++) {
                s.execute("begin; insert into account values (%d, 1); prepare transaction 'pgxa/1/%s/%s/%s'"
                        .formatted(100 + i, TransactionId.random(), home, own));
            }
        }
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(west, plan)) {
            plan.at(MessageKind.ROLLBACK_PREPARED).nth(AT).call(Position.BEFORE_FORWARDING, west::kill);
            BulkResolution done = Operations.on(
                            List.of(
                                    Bank.settings(east),
                                    new NodeSettings("west", way.jdbcUrl(), west.username(), west.password())),
                            DecisionSettings.DEFAULT)
                    .resolve(rollBackAll(null, false));
            assertThat(done.count(Result.SETTLED)).isEqualTo(AT - 1);
            assertThat(done.count(Result.OPEN)).isEqualTo(100 - AT + 1);
            assertThat(done.transactions())
                    .filteredOn(t -> t.result() == Result.REFUSED)
                    .hasSize(50)
                    .allMatch(t -> t.why().contains("nothing was done with it: its branches are on west"));
        }
        assertThat(east.queryForLong("select count(*) from pgxa.decision")).isEqualTo(100);
        west.start();
        west.execute("alter system reset max_prepared_transactions");
        assertThat(Operations.on(List.of(Bank.settings(east), Bank.settings(west)), DecisionSettings.DEFAULT)
                        .recover()
                        .complete())
                .isTrue();
        west.restart();
    }

    private interface Problem {
        Throwable create();
    }

    /** Wires to both nodes that throw at statements of one kind: from the n-th to the last of them. */
    private OperationsContext breaking(PostgresNode node, String sql, int first, int last, Problem problem) {
        AtomicInteger sent = new AtomicInteger();
        List<Node> nodes = new ArrayList<>();
        for (PostgresNode each : List.of(east, west)) {
            Connector connector = (to, user, password) -> {
                Wire wire = Connector.DRIVER.connect(to, user, password);
                return each == node ? breaking(wire, sql, sent, first, last, problem) : wire;
            };
            nodes.add(new Node(Bank.settings(each), "a test", connector));
        }
        NodeQueries queries = new NodeQueries(nodes, Runnable::run);
        return new OperationsContext(
                queries,
                DecisionSettings.DEFAULT,
                new DecisionLog("pgxa", "a test"),
                new ForcedRecords(new ForcedOrders("pgxa"), queries),
                new NextSteps(new Console("cli", "")),
                CompletenessRules.LEAST_AGE);
    }

    private static Wire breaking(Wire wire, String sql, AtomicInteger sent, int first, int last, Problem problem) {
        return (Wire) Proxy.newProxyInstance(
                Wire.class.getClassLoader(), new Class<?>[] {Wire.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("send")
                            && String.valueOf(arguments[0]).contains(sql)) {
                        int number = sent.incrementAndGet();
                        if (first <= number && number <= last) {
                            throw problem.create();
                        }
                    }
                    try {
                        return method.invoke(wire, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static List<Problem> problems() {
        return List.of(() -> new IllegalStateException("broken"), () -> new StackOverflowError("broken"));
    }

    @Test
    void whatWasDoneBeforeAnExceptionIsReported() throws Exception {
        for (Problem problem : problems()) {
            leave(6);
            BulkResolution done = new BulkResolver(breaking(west, "ROLLBACK PREPARED", 3, 3, problem))
                    .resolve(rollBackAll(null, false));
            assertThat(done.count(Result.SETTLED)).isEqualTo(5);
            assertThat(done.transactions())
                    .filteredOn(t -> t.result() == Result.OPEN)
                    .singleElement()
                    .satisfies(t -> assertThat(t.branches())
                            .filteredOn(b -> !b.ended())
                            .singleElement()
                            .satisfies(b -> assertThat(b.result()).contains("its end unknown", "broken")));
            assertThat(done.next()).contains("1 branches have not ended, or it is not known");
            assertThat(west.preparedTransactions()).hasSize(1);
            assertThat(east.preparedTransactions()).isEmpty();
            nothingIsLeftPrepared();
        }
    }

    @Test
    void ofOneTransactionToo() throws Exception {
        for (Problem problem : problems()) {
            TransactionId id = leave(1).get(0);
            OperationsContext context = breaking(west, "ROLLBACK PREPARED", 1, 1, problem);
            Resolution done = new Resolver(new Explainer(context), context)
                    .resolve(new ResolveRequest(
                            id, ResolveAction.ROLLBACK, DecisionState.NONE, "ticket 9", "a test", false));
            assertThat(done.complete()).isFalse();
            assertThat(done.branches()).extracting(BranchResult::ended).containsExactly(true, false);
            nothingIsLeftPrepared();
        }
    }

    @Test
    void aDecisionThatCannotBeWrittenIsReportedForEach() throws Exception {
        for (Problem problem : problems()) {
            leave(3);
            BulkResolution done = new BulkResolver(
                            breaking(east, "insert into pgxa.decision", 1, Integer.MAX_VALUE, problem))
                    .resolve(rollBackAll(null, false));
            assertThat(done.transactions())
                    .hasSize(3)
                    .allMatch(t -> t.result() == Result.UNKNOWN)
                    .allMatch(t -> t.why().contains("is not known") && t.why().contains("broken"));
            assertThat(west.preparedTransactions()).hasSize(3);
            nothingIsLeftPrepared();
        }
    }

    @Test
    void whatIsForcedIsNotDoneWhereItCannotBeKeptAndReportedWhereItsResultCannot() throws Exception {
        for (Problem problem : problems()) {
            TransactionId id = leave(1).get(0);
            east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator)"
                    + " values ('%s', 'A', pg_current_xact_id(), 'gone')".formatted(id));
            BulkRequest forced = new BulkRequest(
                    BranchFilter.ALL,
                    ResolveAction.COMMIT,
                    DecisionState.ROLLBACK,
                    "ticket 9",
                    "a test",
                    true,
                    Set.of(),
                    false);
            BulkResolution refused =
                    new BulkResolver(breaking(west, "insert into pgxa.forced", 1, 1, problem)).resolve(forced);
            assertThat(refused.count(Result.REFUSED)).isEqualTo(1);
            assertThat(west.preparedTransactions()).hasSize(1);
            BulkResolution done =
                    new BulkResolver(breaking(west, "insert into pgxa.forced", 2, 2, problem)).resolve(forced);
            assertThat(done.count(Result.SETTLED)).isEqualTo(1);
            assertThat(west.preparedTransactions()).isEmpty();
            Orphan.tables(east, west);
        }
    }
}
