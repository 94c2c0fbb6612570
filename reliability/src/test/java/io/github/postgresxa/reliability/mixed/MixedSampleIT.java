package io.github.postgresxa.reliability.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A message is consumed, two nodes are changed and a message is sent, all of it once, though instances are killed. A
 * short run of {@link MixedKills}, in every build.
 */
@PostgresNodes({"east", "west"})
class MixedSampleIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ManagerKind.class,
            names = {"ATOMIKOS", "NARAYANA"})
    void everyOrderIsDoneOnceThoughInstancesDieBeforeAndAfterTheDecision(
            ManagerKind manager, PostgresNode east, PostgresNode west) throws Exception {
        MixedOptions options = new MixedOptions(2, true, false, Duration.ofSeconds(4));
        try (MixedRun run = new MixedRun(directory, manager, List.of(east, west), options)) {
            run.order(30);
            try (InstanceProcess undecided = run.start(0, step -> {});
                    InstanceProcess decided = run.start(1, step -> {})) {
                undecided.crashAt(new CrashPoint("after prepare at the broker", true), 2);
                decided.crashAt(new CrashPoint("before commit at the broker", true), 2);
                assertThat(undecided.awaitReached(LIMIT)).isTrue();
                assertThat(decided.awaitReached(LIMIT)).isTrue();
            }
            assertThat(run.prepared()).hasSizeGreaterThanOrEqualTo(2);
            run.restartBroker();
            try (InstanceProcess first = run.start(0, step -> {});
                    InstanceProcess second = run.start(1, step -> {})) {
                assertThat(first.awaitReady(LIMIT)).isTrue();
                assertThat(second.awaitReady(LIMIT)).isTrue();
                run.settle(LIMIT);
            }
        }
    }
}
