package io.github.postgresxa.reliability.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.NodeAddress;
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
 * A message is consumed, two nodes are changed and a message is sent, all of it once, though instances are killed and
 * never come back. A short run of {@link MixedKills}, in every build.
 */
@PostgresNodes({"east", "west"})
class MixedSampleIT {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ManagerKind.class,
            names = {"ATOMIKOS", "NARAYANA"})
    void anotherInstanceEndsWhatWasPreparedBeforeAndAfterTheDecision(
            ManagerKind manager, PostgresNode east, PostgresNode west) throws Exception {
        MixedOptions options = new MixedOptions(3, false, true);
        try (MixedRun run = new MixedRun(directory, manager, List.of(east, west), options)) {
            run.order(30);
            try (InstanceProcess undecided = start(run, 0);
                    InstanceProcess decided = start(run, 1)) {
                undecided.crashAt(new CrashPoint("after prepare at the broker", true), 2);
                decided.crashAt(new CrashPoint("before commit at the broker", true), 2);
                Await.until(LIMIT, "one is not decided", undecided::isAtCrashPoint);
                Await.until(LIMIT, "one is decided", decided::isAtCrashPoint);
            }
            assertThat(run.prepared()).hasSizeGreaterThanOrEqualTo(2);
            run.restartBroker();
            try (InstanceProcess other = start(run, 2)) {
                Await.until(LIMIT, "another one starts", other::isReady);
                run.settle(LIMIT);
            }
        }
    }

    private static InstanceProcess start(MixedRun run, int number) {
        return run.start(number, run.nodes().stream().map(NodeAddress::direct).toList(), step -> {});
    }
}
