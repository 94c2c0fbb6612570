package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decision is visible at its home, but not yet on the standby. A failover would lose it, so no branch obeys it. */
@PostgresNodes({"east", "west"})
class BarrierIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final RecoverySettings BY_HAND =
            new RecoverySettings(false, Duration.ofMinutes(10), Duration.ofMinutes(10));

    private static final String WAITING = "select count(*) from pg_stat_activity"
            + " where wait_event = 'SyncRep' and application_name like 'postgres-xa%'";

    /** @param question the decision becomes visible before this read of recovery at the home */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void atWhicheverMomentItAppearsRecoveryWaitsForTheStandby(int question, PostgresNode east, PostgresNode west)
            throws Exception {
        Bank.createAccounts(east, west);
        StandbyNode east2 = east.standby("east2");
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(east, plan);
                PostgresXa xa = PostgresXa.builder()
                        .home("first-used")
                        .node("east", way.jdbcUrl(), east.username(), east.password())
                        .node("west", west.jdbcUrl(), west.username(), west.password())
                        .recovery(BY_HAND)
                        .build();
                Connection atWork = east.connect()) {
            east2.makeSynchronous();
            // While a transaction is at work at the home, recovery leaves branches without a row.
            atWork.setAutoCommit(false);
            atWork.createStatement().execute("select pg_current_xact_id()");
            TransactionId id = TransactionId.random();
            Bank.leavePrepared(id, 1, east, west);
            Fault decision = plan.at(MessageKind.READ_DECISIONS.and(MessageFilter.containing(id.toString())))
                    .nth(question)
                    .call(Position.BEFORE_FORWARDING, () -> decideWithoutStandby(id, "C", east, east2, west));

            CompletableFuture<Void> recovery = CompletableFuture.runAsync(() -> {
                for (int pass = 0; pass < question; pass++) {
                    xa.recoverNow();
                }
            });
            eventually(
                    LIMIT,
                    "recovery waits for the standby, or has not",
                    () -> decision.hasFired()
                            && (east.queryForLong(WAITING) > 0
                                    || west.preparedTransactions().isEmpty()));
            assertThat(west.preparedTransactions()).as("obeyed too early").hasSize(1);

            east2.start();
            recovery.join();
            eventually(LIMIT, "now it is obeyed", () -> {
                xa.recoverNow();
                return west.preparedTransactions().isEmpty();
            });
            assertThat(Bank.balances(west)).containsExactly(1010L);
        } finally {
            east2.close();
        }
    }

    /**
     * A transaction manager decides. An operator has ordered the rollback; the failover loses that, and the manager,
     * which never heard of it, commits.
     */
    @Test
    void aRollbackThatAFailoverLosesIsNotObeyedWhereATransactionManagerDecides(PostgresNode east, PostgresNode west)
            throws Exception {
        Bank.createAccounts(east, west);
        StandbyNode east2 = east.standby("east2");
        try (PostgresXa xa = PostgresXa.builder()
                .node("east", east2.failoverUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .recovery(BY_HAND)
                .build()) {
            east2.makeSynchronous();
            TransactionId id = TransactionId.random();
            for (PostgresNode node : List.of(east, west)) {
                node.execute("begin; update account set balance = balance + 10 where id = 1;"
                        + " prepare transaction 'pgxa/2/%s/%s/%s/0000002a.Zw.YQ'"
                                .formatted(id, Bank.identity(east), Bank.identity(node)));
            }
            east2.awaitCaughtUp();
            decideWithoutStandby(id, "A", east, east2, east, west);

            CompletableFuture<Void> recovery = CompletableFuture.runAsync(xa::recoverNow);
            eventually(
                    LIMIT,
                    "recovery waits for the standby, or has not",
                    () -> east.queryForLong(WAITING) > 0
                            || west.preparedTransactions().isEmpty());
            assertThat(west.preparedTransactions()).as("obeyed too early").hasSize(1);

            east.kill();
            recovery.join();
            east2.start();
            east2.promote();
            assertThat(east2.queryForLong("select count(*) from pgxa.decision where gtrid = '%s'".formatted(id)))
                    .as("the failover has lost it")
                    .isZero();
            decide(id, "C", east2, east2, west);
            eventually(LIMIT, "all is committed", () -> {
                xa.recoverNow();
                return west.preparedTransactions().isEmpty()
                        && east2.preparedTransactions().isEmpty();
            });
            assertThat(Bank.balances(east2, west)).containsExactly(1010L, 1010L);
        } finally {
            east.start();
            east2.close();
            for (PostgresNode node : List.of(east, west)) {
                node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
                node.execute("drop schema pgxa cascade");
            }
        }
    }

    /** Nobody decides but the home's own transaction, which the failover ends: a standby that is gone is not needed. */
    @Test
    void anOrderToRollBackWhatNoTransactionManagerDecidesWaitsForNoStandby(PostgresNode east, PostgresNode west)
            throws Exception {
        Bank.createAccounts(east, west);
        east.execute(Operations.ddl("pgxa"));
        west.execute(Operations.ddl("pgxa"));
        StandbyNode east2 = east.standby("east2");
        try {
            east2.makeSynchronous();
            TransactionId id = TransactionId.random();
            Bank.leavePrepared(id, 1, east, west);
            decideWithoutStandby(id, "A", east, east2, west);

            Resolution done = CompletableFuture.supplyAsync(() -> Operations.on(
                                    List.of(Bank.settings(east), Bank.settings(west)), DecisionSettings.DEFAULT)
                            .resolve(new ResolveRequest(
                                    id,
                                    ResolveAction.ROLLBACK,
                                    DecisionState.ROLLBACK,
                                    "the ticket says so",
                                    "a test",
                                    false)))
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(done.complete()).isTrue();
            assertThat(Bank.balances(west)).containsExactly(1000L);
        } finally {
            east2.close();
            west.preparedTransactions().forEach(p -> west.execute("rollback prepared '%s'".formatted(p.gid())));
        }
    }

    private static void decide(TransactionId id, String outcome, PostgresNode home, PostgresNode... nodes) {
        String identities =
                Stream.of(nodes).map(n -> "'" + Bank.identity(n) + "'").collect(Collectors.joining(", "));
        String zeros = Stream.of(nodes).map(n -> "'0'").collect(Collectors.joining(", "));
        String none = Stream.of(nodes).map(n -> "'-'").collect(Collectors.joining(", "));
        home.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                + " participant_incarnations)"
                + " values ('%s', '%s', pg_current_xact_id(), 'gone', array[%s], array[%s]::xid8[], array[%s])"
                        .formatted(id, outcome, identities, zeros, none));
    }

    /** A person cancels the wait of the COMMIT. PostgreSQL then shows it, although a failover would lose it. */
    private static void decideWithoutStandby(
            TransactionId id, String outcome, PostgresNode home, StandbyNode standby, PostgresNode... nodes) {
        standby.stop();
        CompletableFuture<Void> decision = CompletableFuture.runAsync(() -> decide(id, outcome, home, nodes));
        while (!decision.isDone()) {
            home.execute("select pg_cancel_backend(pid) from pg_stat_activity"
                    + " where wait_event = 'SyncRep' and query like 'insert into pgxa.decision%'");
        }
        decision.join();
    }
}
