package io.github.postgresxa.recovery;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A recoverer is delayed between its question to the home and its fence. Meanwhile the transactions commit, are
 * carried out, and their decisions are forgotten. So "no row" no longer means "undecided". A reader of a row A
 * would hear of a rollback that never was.
 */
@PostgresNodes({"east", "west"})
class LateFenceIT {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final RecoverySettings BY_HAND =
            new RecoverySettings(false, Duration.ofMinutes(10), Duration.ofMinutes(10));

    private static final RecoverySettings QUICK =
            new RecoverySettings(true, Duration.ofMillis(100), Duration.ofMinutes(10));

    private static final DecisionSettings FORGETTING = new DecisionSettings("pgxa", true, Duration.ZERO, false);

    /** @param branches one is fenced alone, several of one home together */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void leavesNoTraceOfADecisionThatWasCarriedOutAndForgotten(int branches, PostgresNode east, PostgresNode west)
            throws Exception {
        Bank.createAccounts(east, west);
        FaultPlan plan = new FaultPlan();
        try (FaultProxy way = FaultProxy.before(east, plan);
                PostgresXa late = PostgresXa.builder()
                        .home("first-used")
                        .node("east", way.jdbcUrl(), east.username(), east.password())
                        .node("west", west.jdbcUrl(), west.username(), west.password())
                        .recovery(BY_HAND)
                        .build()) {
            west.execute(("insert into account (id, balance) select g, 1000 from generate_series(2, %d) g"
                            + " on conflict (id) do update set balance = 1000")
                    .formatted(branches));
            List<TransactionId> ids =
                    Stream.generate(TransactionId::random).limit(branches).toList();
            for (int i = 0; i < branches; i++) {
                Bank.leavePrepared(ids.get(i), i + 1, east, west);
            }
            Fault fence = plan.at(MessageKind.FENCE)
                    .nth(1)
                    .call(Position.BEFORE_FORWARDING, () -> commitAndForget(ids, east, west));

            CompletableFuture<Void> recovery = CompletableFuture.runAsync(() -> {
                while (!fence.hasFired()) {
                    late.recoverNow();
                }
            });
            recovery.get(30, TimeUnit.SECONDS);

            assertThat(east.queryForLong("select count(*) from pgxa.decision"))
                    .as("a late fence took the place of a decision")
                    .isZero();
            assertThat(ids).allSatisfy(id -> assertThat(late.outcome(id)).isEqualTo(Outcome.UNKNOWN));
            assertThat(west.queryForLong("select count(*) from account where balance = 1010"))
                    .isEqualTo(branches);
        }
    }

    /** The coordinators decide after all. Another instance carries the decisions out and does not keep them. */
    private static void commitAndForget(List<TransactionId> ids, PostgresNode east, PostgresNode west) {
        ids.forEach(id -> east.execute(
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                        + " participant_incarnations)"
                        + " values ('%s', 'C', pg_current_xact_id(), 'slow', array['%s'], array['0'::xid8], array['-'])"
                                .formatted(id, Bank.identity(west))));
        try (PostgresXa quick =
                Bank.builder(east, west).decision(FORGETTING).recovery(QUICK).build()) {
            eventually(
                    LIMIT,
                    "the decisions are carried out and forgotten",
                    () -> west.preparedTransactions().isEmpty()
                            && east.queryForLong("select count(*) from pgxa.decision") == 0);
            assertThat(quick.inDoubt()).isEmpty();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
