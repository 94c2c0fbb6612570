package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The measurements of recovery with small numbers: they check that everything ends as decided, never how fast. */
@PostgresNodes(
        value = {"east", "north", "west"},
        settings = {"max_prepared_transactions=400"})
class ScaleIT {

    private static final int MANY = 30;

    @BeforeAll
    static void schema(PostgresNode east, PostgresNode north, PostgresNode west) {
        Servers.schema(east, north, west);
    }

    @Test
    void everyBranchOfEveryKindIsEndedAsDecided(PostgresNode east, PostgresNode north, PostgresNode west)
            throws Exception {
        Abandoned abandoned = new Abandoned(east, west);
        for (Fate fate : Fate.values()) {
            abandoned.firstForm(MANY, fate);
        }
        abandoned.secondForm(MANY, Fate.COMMIT);
        abandoned.secondForm(MANY, Fate.ABORT);
        int toEnd = abandoned.branches();
        abandoned.ofAnotherHome(MANY, Servers.identity(north));
        abandoned.leave();
        Watch watch = new Watch(toEnd);
        try (PostgresXa xa = Servers.builder(east, west)
                .recovery(new RecoverySettings(true, Duration.ofMillis(100), Duration.ofMillis(200)))
                .listener(watch)
                .build()) {
            assertThat(watch.await(60)).as("%d are left", watch.open()).isTrue();
            assertThat(watch.alarms()).isZero();
            assertThat(abandoned.wrong(MANY)).isEmpty();
            assertThat(xa.nodes()).extracting(NodeStatus::preparedForeign).allMatch(n -> n > 0);
        } finally {
            abandoned.clear();
        }
    }
}
