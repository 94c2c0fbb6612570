package io.github.postgresxa.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatistics;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa.PoolStatus;
import io.github.postgresxa.TransactionId;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetersTests {

    private static final TransactionId ID = TransactionId.random();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void transactionsAreCountedByOutcomeAlsoBeforeThereIsARegistry() {
        TransactionMeters meters = new TransactionMeters(new TransactionNames(0, () -> null));
        meters.ended(ID, Outcome.COMMITTED, Duration.ofMillis(4));
        meters.bindTo(registry, () -> 5);
        meters.ended(ID, Outcome.COMMITTED, Duration.ofMillis(6));
        meters.ended(ID, Outcome.UNKNOWN, Duration.ofMillis(7));

        assertThat(transactions("committed")).isEqualTo(2);
        assertThat(transactions("rolled_back")).isZero();
        assertThat(transactions("unknown")).isEqualTo(1);
        assertThat(registry.get("postgres.xa.commit")
                        .tag("outcome", "committed")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(6);
        assertThat(registry.get("postgres.xa.active").gauge().value()).isEqualTo(5);
    }

    @Test
    void commitsThatAreAcknowledgedWhenTheyAreDecidedAreCountedUntilTheyAreCarriedOut() {
        AcknowledgeMeters meters = new AcknowledgeMeters();
        meters.bindTo(registry);
        meters.bindTo(registry, "west");
        meters.acknowledged();
        meters.acknowledged();
        meters.carriedOut(false, Duration.ofMillis(4));
        meters.noLongerAwaited("west");

        assertThat(registry.get("postgres.xa.acknowledged").gauge().value()).isEqualTo(1);
        assertThat(registry.get("postgres.xa.carried.out")
                        .tag("everywhere", "false")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("postgres.xa.no.longer.awaited")
                        .tag("node", "west")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void branchesThatRecoveryFinishedAreCountedByNodeAlsoBeforeThereIsARegistry() {
        RecoveryMeters meters = new RecoveryMeters();
        meters.finished("east", Outcome.ROLLED_BACK);
        meters.bindTo(registry, "east");
        meters.bindTo(registry, "west");
        meters.finished("east", Outcome.ROLLED_BACK);
        meters.finished("west", Outcome.COMMITTED);

        assertThat(recovered("east", "rolled_back")).isEqualTo(2);
        assertThat(recovered("east", "committed")).isZero();
        assertThat(recovered("west", "committed")).isEqualTo(1);
    }

    @Test
    void whatWasFinishedAgainstTheDecisionIsCountedByNodeAndDirection() {
        RecoveryMeters meters = new RecoveryMeters();
        meters.contradicted("east", Outcome.COMMITTED);
        meters.bindTo(registry, "east");
        meters.contradicted("east", Outcome.ROLLED_BACK);
        meters.contradicted("east", Outcome.COMMITTED);

        assertThat(heuristics("east", "committed")).isEqualTo(2);
        assertThat(heuristics("east", "rolled_back")).isEqualTo(1);
        assertThat(recovered("east", "committed")).isZero();
    }

    @Test
    void branchesAreCountedByRole() {
        BranchMeters meters = new BranchMeters();
        meters.roleAssigned("east", BranchRole.HOME);
        meters.bindTo(registry, "east");
        meters.roleAssigned("east", BranchRole.HOME);
        meters.roleAssigned("east", BranchRole.READER);

        assertThat(branches("home")).isEqualTo(2);
        assertThat(branches("reader")).isEqualTo(1);
        assertThat(branches("participant")).isZero();
        assertThat(branches("only")).isZero();
    }

    @Test
    void stepsAreTimedByNodeAndResult() {
        StepMeters meters = new StepMeters();
        meters.bindTo(registry, "east");
        meters.begins();
        meters.ended(CommitStep.PREPARE, "east", true);
        meters.begins();
        meters.ended(CommitStep.PREPARE, "east", false);
        meters.ended(CommitStep.DECIDE, "east", true); // Its beginning was not reported.

        assertThat(steps("prepare", "true").count()).isEqualTo(1);
        assertThat(steps("prepare", "false").count()).isEqualTo(1);
        assertThat(steps("decide", "true").count()).isZero();
    }

    @Test
    void commitsAreTimedWithHistogramsWhereTheseAreSwitchedOn() {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        prometheus.config().meterFilter(new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return DistributionStatisticConfig.builder()
                        .percentilesHistogram(true)
                        .build()
                        .merge(config);
            }
        });
        TransactionMeters meters = new TransactionMeters(new TransactionNames(0, () -> null));
        meters.bindTo(prometheus, () -> 0);
        meters.ended(ID, Outcome.COMMITTED, Duration.ofMillis(6));

        assertThat(prometheus.scrape()).contains("postgres_xa_commit_seconds_bucket{outcome=\"committed\",le=");
    }

    @Test
    void commitsAreTaggedWithTransactionNamesOnRequestUpToALimit() {
        AtomicReference<@Nullable String> current = new AtomicReference<>();
        TransactionMeters meters = new TransactionMeters(new TransactionNames(2, current::get));
        meters.bindTo(registry, () -> 0);
        for (String name : List.of("Bank.transfer", "Bank.deposit", "Bank.transfer", "made-up-1", "made-up-2", " ")) {
            TransactionId id = TransactionId.random();
            current.set(name);
            meters.began(id);
            current.set(null);
            meters.ended(id, Outcome.COMMITTED, Duration.ofMillis(1));
        }

        assertThat(commits("Bank.transfer")).isEqualTo(2);
        assertThat(commits("Bank.deposit")).isEqualTo(1);
        assertThat(commits("other")).isEqualTo(2);
        assertThat(commits("none")).isEqualTo(1);
    }

    @Test
    void aRegistryThatIsBoundLaterGetsAllFurtherTimes() {
        SimpleMeterRegistry later = new SimpleMeterRegistry();
        for (int names : new int[] {0, 2}) {
            TransactionMeters meters = new TransactionMeters(new TransactionNames(names, () -> "Bank.transfer"));
            meters.bindTo(registry, () -> 0);
            ends(meters);
            meters.bindTo(later, () -> 0);
            ends(meters);

            assertThat(registry.find("postgres.xa.commit").timers().stream().mapToLong(Timer::count))
                    .contains(2L);
            assertThat(later.find("postgres.xa.commit").timers().stream().mapToLong(Timer::count))
                    .contains(1L);
            registry.clear();
            later.clear();
        }
    }

    private static void ends(TransactionMeters meters) {
        TransactionId id = TransactionId.random();
        meters.began(id);
        meters.ended(id, Outcome.COMMITTED, Duration.ofMillis(1));
    }

    @Test
    void fencesAreCountedByHome() {
        RecoveryMeters meters = new RecoveryMeters();
        meters.fenced("east");
        meters.bindTo(registry, "east");
        meters.fenced("east");

        assertThat(registry.get("postgres.xa.fences")
                        .tag("node", "east")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void theOldestBranchInDoubtIsShown() {
        new InDoubtMeters(
                        "east",
                        () -> List.of(
                                new InDoubtBranch("east", "gid", ID, "west", Duration.ofSeconds(3), "why"),
                                new InDoubtBranch("east", "gid", ID, "west", Duration.ofSeconds(5), "why"),
                                new InDoubtBranch("west", "gid", ID, "east", Duration.ofSeconds(9), "why")))
                .bindTo(registry);

        assertThat(node("postgres.xa.in.doubt.oldest")).isEqualTo(5);
    }

    @Test
    void anUnknownNumberIsNaNAndAMissingAgeIsZero() {
        new StatisticsMeters("east", () -> List.of(new NodeStatistics("east", null, null, null, null)))
                .bindTo(registry);

        assertThat(node("postgres.xa.decision.rows")).isNaN();
        assertThat(node("postgres.xa.round.trip")).isNaN();
        assertThat(node("postgres.xa.commit.step")).isNaN();
        assertThat(node("postgres.xa.prepared.foreign.oldest")).isZero();
    }

    @Test
    void statisticsAreShown() {
        NodeStatistics east = new NodeStatistics(
                "east", 42L, Duration.ofMillis(2500), Duration.ofNanos(250_000), Duration.ofMillis(3));
        new StatisticsMeters("east", () -> List.of(east)).bindTo(registry);

        assertThat(node("postgres.xa.decision.rows")).isEqualTo(42);
        assertThat(node("postgres.xa.prepared.foreign.oldest")).isEqualTo(2.5);
        assertThat(node("postgres.xa.round.trip")).isEqualTo(0.00025);
        assertThat(node("postgres.xa.commit.step")).isEqualTo(0.003);
    }

    @Test
    void connectionsAreShown() {
        new PoolMeters("east", () -> new PoolStatus(2, 5, PoolSettings.DEFAULT.withMaxSize(8))).bindTo(registry);

        assertThat(node("postgres.xa.pool.active")).isEqualTo(2);
        assertThat(node("postgres.xa.pool.open")).isEqualTo(5);
        assertThat(node("postgres.xa.pool.max")).isEqualTo(8);
    }

    @Test
    void preparedBranchesAreShownByOwner() {
        NodeStatus east =
                new NodeStatus("east", true, null, "k3v9", "18.6", 64, 2, 1, Duration.ofMillis(1500), 3, Instant.EPOCH);
        new NodeMeters("east", () -> List.of(east), () -> Instant.EPOCH.plusSeconds(7)).bindTo(registry);

        assertThat(registry.get("postgres.xa.prepared")
                        .tags("node", "east", "owner", "ours")
                        .gauge()
                        .value())
                .isEqualTo(2);
        assertThat(registry.get("postgres.xa.prepared")
                        .tags("node", "east", "owner", "foreign")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(node("postgres.xa.prepared.oldest")).isEqualTo(1.5);
        assertThat(node("postgres.xa.prepared.max")).isEqualTo(64);
        assertThat(node("postgres.xa.observed.age")).isEqualTo(7);
        assertThat(node("postgres.xa.recovery.stalled")).isZero();
        assertThat(node("postgres.xa.in.doubt")).isEqualTo(3);
        assertThat(node("postgres.xa.reachable")).isEqualTo(1);
    }

    @Test
    void recoveryThatFinishesNoPassIsShown() {
        NodeStatus east = new NodeStatus("east", true, null, "k3v9", "18.6", 64, 2, 1, null, 0, Instant.EPOCH)
                .lastPass(Duration.ofSeconds(61), true);
        new NodeMeters("east", () -> List.of(east), () -> Instant.EPOCH).bindTo(registry);

        assertThat(node("postgres.xa.recovery.pass.age")).isEqualTo(61);
        assertThat(node("postgres.xa.recovery.stalled")).isEqualTo(1);
    }

    private double transactions(String outcome) {
        return registry.get("postgres.xa.transactions")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    private double branches(String role) {
        return registry.get("postgres.xa.branches")
                .tags("node", "east", "role", role)
                .functionCounter()
                .count();
    }

    private Timer steps(String step, String done) {
        return registry.get("postgres.xa.step")
                .tags("step", step, "node", "east", "done", done)
                .timer();
    }

    private long commits(String transaction) {
        return registry.get("postgres.xa.commit")
                .tags("outcome", "committed", "transaction", transaction)
                .timer()
                .count();
    }

    private double recovered(String node, String outcome) {
        return registry.get("postgres.xa.recovered")
                .tags("node", node, "outcome", outcome)
                .functionCounter()
                .count();
    }

    private double heuristics(String node, String decided) {
        return registry.get("postgres.xa.heuristics")
                .tags("node", node, "decided", decided)
                .functionCounter()
                .count();
    }

    private double node(String meter) {
        return registry.get(meter).tag("node", "east").gauge().value();
    }
}
