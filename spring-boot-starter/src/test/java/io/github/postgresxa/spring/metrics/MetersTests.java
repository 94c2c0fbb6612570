package io.github.postgresxa.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa.PoolStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void transactionsAreCountedByOutcomeAlsoBeforeThereIsARegistry() {
        TransactionMeters meters = new TransactionMeters();
        meters.ended(Outcome.COMMITTED, Duration.ofMillis(4));
        meters.bindTo(registry, () -> 5);
        meters.ended(Outcome.COMMITTED, Duration.ofMillis(6));
        meters.ended(Outcome.UNKNOWN, Duration.ofMillis(7));

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
    void whatRecoveryFinishedIsCountedByNodeAlsoBeforeThereIsARegistry() {
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
    void preparedBranchesAreShownByOwner() {
        NodeStatus east =
                new NodeStatus("east", true, null, "k3v9", "18.6", 64, 2, 1, Duration.ofMillis(1500), 3, Instant.EPOCH);
        new NodeMeters("east", () -> List.of(east)).bindTo(registry);

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
        assertThat(node("postgres.xa.in.doubt")).isEqualTo(3);
        assertThat(node("postgres.xa.reachable")).isEqualTo(1);
    }

    @Test
    void aPoolIsShownAsSpringBootWantsIt() {
        NodePoolMetadata pool = new NodePoolMetadata(() -> new PoolStatus(2, 5, PoolSettings.DEFAULT.withMaxSize(8)));

        assertThat(pool.getActive()).isEqualTo(2);
        assertThat(pool.getIdle()).isEqualTo(3);
        assertThat(pool.getMax()).isEqualTo(8);
        assertThat(pool.getUsage()).isEqualTo(0.25f);
        assertThat(pool.getMin()).isZero();
        assertThat(pool.getValidationQuery()).isNull();
        assertThat(pool.getDefaultAutoCommit()).isNull();
    }

    private double transactions(String outcome) {
        return registry.get("postgres.xa.transactions")
                .tag("outcome", outcome)
                .functionCounter()
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
