package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
            Fault decision = plan.at(MessageKind.READ_DECISIONS)
                    .nth(question)
                    .call(Position.BEFORE_FORWARDING, () -> decideWithoutStandby(id, east, east2, west));

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

    /** A person cancels the wait of the COMMIT. PostgreSQL then shows it, although a failover would lose it. */
    private static void decideWithoutStandby(
            TransactionId id, PostgresNode home, StandbyNode standby, PostgresNode node) {
        standby.stop();
        CompletableFuture<Void> decision = CompletableFuture.runAsync(() -> home.execute(
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                        + " participant_incarnations)"
                        + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['0'::xid8], array['-'])"
                                .formatted(id, Bank.identity(node))));
        while (!decision.isDone()) {
            home.execute("select pg_cancel_backend(pid) from pg_stat_activity"
                    + " where wait_event = 'SyncRep' and query like 'insert into pgxa.decision%'");
        }
        decision.join();
    }
}
