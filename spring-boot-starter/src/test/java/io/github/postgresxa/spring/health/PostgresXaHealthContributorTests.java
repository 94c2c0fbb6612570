package io.github.postgresxa.spring.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors.Entry;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

class PostgresXaHealthContributorTests {

    private static final Duration THRESHOLD = Duration.ofMinutes(1);

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void hasOneComponentPerNodeInTheirOrder() {
        PostgresXaHealthContributor contributor = of(seen(true, null, 0));

        assertThat(contributor.stream().map(Entry::name)).containsExactly("west", "east");
        assertThat(contributor.getContributor("east")).isNotNull();
        assertThat(contributor.getContributor("north")).isNull();
    }

    @Test
    void aNodeThatAnswersIsUp() {
        Health health = healthOfEast(seen(true, null, 0));

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry("serverVersion", "18.6")
                .containsEntry("identity", "k3v9")
                .containsEntry("prepared", 2)
                .containsEntry("foreign", 1)
                .containsEntry("oldestPreparedAge", "PT1M30S")
                .containsEntry("inDoubt", 0)
                .containsEntry("observedAt", "2026-01-02T03:04:05Z")
                .doesNotContainKey("problem");
    }

    @Test
    void aNodeThatDoesNotAnswerIsDown() {
        Health health = healthOfEast(seen(false, "Connection refused", 0));

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("problem", "Connection refused");
    }

    @Test
    void aNodeThatMayNotTakePartIsOutOfService() {
        assertThat(healthOfEast(seen(true, "max_prepared_transactions is 0", 0)).getStatus())
                .isEqualTo(Status.OUT_OF_SERVICE);
    }

    @Test
    void aNodeWithStalledRecoveryIsReportedWhateverWasSeenBefore() {
        for (boolean reachable : List.of(true, false)) {
            Health health = healthOfEast(seen(reachable, null, 3).lastPass(Duration.ofSeconds(75), true));

            assertThat(health.getStatus()).isEqualTo(PostgresXaHealthContributor.RECOVERY_STALLED);
            assertThat(health.getDetails()).containsEntry("lastPassAge", "PT1M15S");
            assertThat(health.getDetails().get("problem"))
                    .asString()
                    .contains("75 s")
                    .contains("restart");
        }
    }

    @Test
    void aNodeWithBranchesInDoubtIsInDoubt() {
        Health health = healthOfEast(seen(true, null, 3));

        assertThat(health.getStatus()).isEqualTo(PostgresXaHealthContributor.IN_DOUBT);
        assertThat(health.getDetails()).containsEntry("inDoubt", 3);
    }

    @Test
    void aNodeWithABranchInDoubtBeyondTheThresholdIsInDoubtTooLong() {
        NodeStatus east = seen(true, null, 3);
        Health young = healthOfEast(of(east, List.of(branch("east", "west", THRESHOLD))));
        Health old = healthOfEast(of(
                east,
                List.of(
                        branch("east", "west", Duration.ofSeconds(61)),
                        branch("east", "west", Duration.ofSeconds(2)),
                        branch("east", "north", Duration.ofSeconds(3)),
                        branch("west", "north", Duration.ofHours(1)))));

        assertThat(young.getStatus()).isEqualTo(PostgresXaHealthContributor.IN_DOUBT);
        assertThat(old.getStatus()).isEqualTo(PostgresXaHealthContributor.IN_DOUBT_TOO_LONG);
        assertThat(old.getDetails())
                .containsEntry("inDoubt", 3)
                .containsEntry("oldestInDoubtAge", "PT1M1S")
                .containsEntry("inDoubtAtHome", Map.of("west", 2, "north", 1));
    }

    @Test
    void aNodeThatDoesNotAnswerIsDownWhateverItHolds() {
        Health health = healthOfEast(
                of(seen(false, "Connection refused", 1), List.of(branch("east", "west", Duration.ofHours(1)))));

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("oldestInDoubtAge", "PT1H");
    }

    @Test
    void branchesInDoubtChangeTheHealthOfTheWholeOnlyOnRequest() {
        Set<Status> nodes = Set.of(Status.UP, PostgresXaHealthContributor.IN_DOUBT);

        assertThat(StatusAggregator.getDefault().getAggregateStatus(nodes)).isEqualTo(Status.UP);
        assertThat(StatusAggregator.getDefault().getAggregateStatus(PostgresXaHealthContributor.IN_DOUBT))
                .isEqualTo(Status.UNKNOWN);
        assertThat(StatusAggregator.of("down", "out-of-service", "in-doubt", "up", "unknown")
                        .getAggregateStatus(nodes))
                .isEqualTo(PostgresXaHealthContributor.IN_DOUBT);
    }

    @Test
    void doubtThatLastsTooLongChangesTheHealthOfTheWholeOnlyOnRequest() {
        Set<Status> nodes = Set.of(Status.UP, PostgresXaHealthContributor.IN_DOUBT_TOO_LONG);

        assertThat(StatusAggregator.getDefault().getAggregateStatus(nodes)).isEqualTo(Status.UP);
        assertThat(StatusAggregator.of("down", "out-of-service", "in-doubt-too-long", "in-doubt", "up", "unknown")
                        .getAggregateStatus(nodes))
                .isEqualTo(PostgresXaHealthContributor.IN_DOUBT_TOO_LONG);
    }

    @Test
    void aNodeThatWasNotScannedYetIsUnknown() {
        PostgresXaHealthContributor contributor =
                new PostgresXaHealthContributor(List.of("east"), List::of, List::of, THRESHOLD);

        assertThat(healthOfEast(contributor).getStatus()).isEqualTo(Status.UNKNOWN);
    }

    private static Health healthOfEast(NodeStatus status) {
        return healthOfEast(of(status));
    }

    private static Health healthOfEast(PostgresXaHealthContributor contributor) {
        return Objects.requireNonNull(
                ((HealthIndicator) Objects.requireNonNull(contributor.getContributor("east"))).health());
    }

    private static PostgresXaHealthContributor of(NodeStatus east) {
        return of(east, List.of());
    }

    private static PostgresXaHealthContributor of(NodeStatus east, List<InDoubtBranch> inDoubt) {
        return new PostgresXaHealthContributor(List.of("west", "east"), () -> List.of(east), () -> inDoubt, THRESHOLD);
    }

    private static InDoubtBranch branch(String node, String home, Duration age) {
        return new InDoubtBranch(node, "pgxa/1/...", TransactionId.random(), home, age, "its home does not answer");
    }

    private static NodeStatus seen(boolean reachable, @Nullable String problem, int inDoubt) {
        return new NodeStatus(
                "east", reachable, problem, "k3v9", "18.6", 64, 2, 1, Duration.ofSeconds(90), inDoubt, NOW);
    }
}
