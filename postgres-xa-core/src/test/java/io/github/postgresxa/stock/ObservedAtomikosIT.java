package io.github.postgresxa.stock;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.AdoptRequest;
import io.github.postgresxa.operations.BranchExplanation;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.ObservedNode;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Origin;
import io.github.postgresxa.operations.Owner;
import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedExplanation;
import io.github.postgresxa.operations.PreparedPage;
import io.github.postgresxa.operations.PreparedTransaction;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import io.github.postgresxa.operations.Severity;
import io.github.postgresxa.operations.XaIdentifier;
import io.github.postgresxa.stock.StockCoordinator.Death;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Stock Atomikos over the driver's XADataSource, killed in the middle of a commit, as an observer shows it. */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class ObservedAtomikosIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RecoverySettings PACE =
            new RecoverySettings(true, Duration.ofMillis(100), Duration.ofMillis(300));

    private PostgresNode east;
    private PostgresNode west;

    @TempDir
    private Path logs;

    @BeforeAll
    void withoutOtherWriters(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        for (PostgresNode node : List.of(east, west)) {
            node.execute("alter system set autovacuum = off", "select pg_reload_conf()");
        }
    }

    @AfterAll
    void withOtherWriters() {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("alter system reset autovacuum", "select pg_reload_conf()");
        }
    }

    @BeforeEach
    void accounts() {
        for (PostgresNode node : List.of(east, west)) {
            node.execute("drop schema if exists pgxa cascade");
        }
        Bank.createAccounts(east, west);
    }

    @AfterEach
    void nothingStaysPrepared() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private Observer observer() {
        return Observer.start("observed", List.of(Bank.settings(east), Bank.settings(west)), PACE);
    }

    /** {@return the only transaction in doubt, as soon as the observer has seen it on so many nodes} */
    private static PreparedTransaction inDoubt(Observer observer, int branches) throws Exception {
        eventually(
                LIMIT,
                "it is in doubt",
                () -> observer.inDoubt().stream()
                        .anyMatch(seen -> seen.branches().size() == branches));
        assertThat(observer.inDoubt()).hasSize(1);
        return observer.inDoubt().get(0);
    }

    private long nextXid(PostgresNode node) {
        return Long.parseLong(node.queryForString("select pg_snapshot_xmax(pg_current_snapshot())::text"));
    }

    @Test
    void aTransactionThatIsPreparedEverywhereIsShownAndNothingIsWritten() throws Exception {
        StockCoordinator.killed(Death.AFTER_PREPARE, logs, east, west);
        long eastXid = nextXid(east);
        long westXid = nextXid(west);

        try (Observer observer = observer()) {
            PreparedTransaction seen = inDoubt(observer, 2);
            assertThat(seen.owner()).isEqualTo(Owner.ATOMIKOS);
            assertThat(seen.instance()).isEqualTo(StockCoordinator.NAME);
            XaIdentifier xid = Objects.requireNonNull(seen.xid());
            assertThat(xid.formatId()).isEqualTo(0x41544F4DL);
            assertThat(xid.globalId()).startsWith(StockCoordinator.NAME);
            assertThat(seen.branches()).extracting(PreparedEntry::node).containsExactlyInAnyOrder("east", "west");
            assertThat(seen.branches())
                    .extracting(branch -> Objects.requireNonNull(branch.xid()).branchQualifier())
                    .doesNotHaveDuplicates()
                    .allMatch(qualifier -> qualifier.startsWith(StockCoordinator.NAME));
            assertThat(seen.notPreparedOn()).isEmpty();
            eventually(
                    LIMIT,
                    "each branch is older than the grace",
                    () -> observer.nodes().stream().allMatch(node -> node.inDoubt() == 1));
            assertThat(observer.nodes()).hasSize(2).allSatisfy(ObservedAtomikosIT::isInDoubt);

            PreparedExplanation explained = observer.operations().explain(seen.id());
            assertThat(explained.transaction().branches()).hasSize(2);
            assertThat(explained.summary()).contains("Atomikos (stock-observed) decides", "no log tells");
            assertThat(explained.branches()).allSatisfy(branch -> {
                assertThat(branch.locks()).extracting(lock -> lock.object()).contains("public.account");
                assertThat(branch.verdict())
                        .contains("ROLLBACK PREPARED '" + branch.gid() + "'; or COMMIT PREPARED '" + branch.gid());
            });
            PreparedPage page = observer.operations().prepared(0, 10);
            assertThat(page.entries())
                    .hasSize(2)
                    .allMatch(entry -> entry.global().equals(seen.id()));
            assertThat(observer.operations()
                            .explain(page.entries().get(0).gid())
                            .transaction()
                            .id())
                    .as("by the name of a branch")
                    .isEqualTo(seen.id());
            List<Finding> findings = observer.operations().doctor();
            assertThat(findings)
                    .extracting(Finding::check)
                    .contains("version", "max-prepared-transactions", "prepared");
            assertThat(findings)
                    .as("no decision log and no pool is expected")
                    .filteredOn(finding -> finding.severity().compareTo(Severity.NOTICE) > 0)
                    .isEmpty();
            isRefused(observer.operations());
            eventually(LIMIT, "one session watches each node", () -> sessions(east) == 1 && sessions(west) == 1);
        }

        assertThat(nextXid(east)).as("no transaction wrote").isEqualTo(eastXid);
        assertThat(nextXid(west)).as("no transaction wrote").isEqualTo(westXid);
        for (PostgresNode node : List.of(east, west)) {
            assertThat(node.preparedTransactions()).hasSize(1);
            assertThat(node.queryForLong("select count(*) from pg_namespace where nspname = 'pgxa'"))
                    .isZero();
        }
        recovered();
    }

    private static void isInDoubt(ObservedNode node) {
        assertThat(node.reachable()).isTrue();
        assertThat(node.problem()).isNull();
        assertThat(node.inDoubt()).isEqualTo(1);
        assertThat(node.prepared()).isEqualTo(1);
        assertThat(node.ours()).isZero();
        assertThat(node.oldestInDoubt()).isPositive();
        assertThat(node.maxPrepared()).isPositive();
    }

    private static void isRefused(Operations operations) {
        List<ThrowingCallable> orders = List.of(
                operations::recover,
                () -> operations.resolve(new ResolveRequest(
                        TransactionId.random(), ResolveAction.ROLLBACK, DecisionState.NONE, "x", "x", true)),
                () -> operations.adopt(new AdoptRequest("east", Origin.COPY, "x", "x", true)));
        assertThat(orders)
                .allSatisfy(order -> assertThatThrownBy(order)
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContainingAll(
                                "postgres.xa.mode=observe",
                                "nothing was done",
                                "start that, with its log",
                                "ROLLBACK PREPARED"));
    }

    private static long sessions(PostgresNode node) {
        return node.queryForLong(
                "select count(*) from pg_stat_activity where application_name = 'postgres-xa observed'");
    }

    /** The owner's manager finishes it, and the observer sees that nothing is left. */
    private void recovered() throws Exception {
        Process manager = StockCoordinator.start(Death.NEVER, logs, east, west);
        try (Observer observer = observer()) {
            inDoubt(observer, 1 + (east.preparedTransactions().isEmpty() ? 0 : 1));
            eventually(
                    LIMIT,
                    "its manager finishes it",
                    () -> observer.transactions().unreachable().isEmpty()
                            && observer.transactions().transactions().isEmpty());
        } finally {
            manager.destroyForcibly();
            manager.waitFor();
        }
        assertThat(east.queryForLong("select balance from account") + west.queryForLong("select balance from account"))
                .isEqualTo(2000);
    }

    @Test
    void aNodeThatHasCommittedAlreadyIsNamed() throws Exception {
        StockCoordinator.killed(Death.BEFORE_COMMIT, logs, east, west);
        assertThat(east.queryForLong("select balance from account")).isEqualTo(990);

        try (Observer observer = observer();
                Connection waiter = west.connect();
                Statement statement = waiter.createStatement()) {
            PreparedTransaction seen = inDoubt(observer, 1);
            assertThat(seen.branches().get(0).node()).isEqualTo("west");
            assertThat(seen.notPreparedOn()).containsExactly("east");
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    statement.execute("update account set balance = balance where id = 1");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(
                    LIMIT,
                    "it is shown who waits",
                    () -> observer.operations().explain(seen.id()).branches().stream()
                            .anyMatch(branch -> !branch.waiting().isEmpty()));
            PreparedExplanation explained = observer.operations().explain(seen.id());
            assertThat(explained.branches())
                    .singleElement()
                    .extracting(BranchExplanation::node)
                    .isEqualTo("west");
            assertThat(explained.summary())
                    .contains("No branch of it is prepared on east", "to roll back what is left makes the transaction");
            recovered();
            waiting.join();
        }
        assertThat(west.queryForLong("select balance from account")).isEqualTo(1010);
    }

    @Test
    void aNodeThatDoesNotAnswerIsSaidAndLooksAgain() throws Exception {
        try (Observer observer = observer()) {
            eventually(LIMIT, "both answer", () -> observer.nodes().stream().allMatch(ObservedNode::reachable));
            west.kill();
            eventually(
                    LIMIT,
                    "west is gone",
                    () -> observer.transactions().unreachable().containsKey("west"));
            assertThat(observer.nodes().get(0).reachable()).isTrue();
            assertThat(observer.nodes().get(1).problem()).contains("no connection to");
            assertThat(observer.operations().explain("nothing").summary()).contains("may hold a branch of it: west");
            west.start();
            eventually(
                    LIMIT, "it answers again", () -> observer.nodes().stream().allMatch(ObservedNode::reachable));
        } finally {
            west.start();
        }
    }
}
