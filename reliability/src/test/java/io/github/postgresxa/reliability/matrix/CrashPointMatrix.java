package io.github.postgresxa.reliability.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every crash point: each message of each play, at each position, with each kind of fault. Writes {@code
 * docs/reliability/matrix.md}.
 *
 * <pre>{@code ./mvnw -pl reliability -am verify -Pmatrix}</pre>
 */
@PostgresNodes({"east", "west", "north"})
class CrashPointMatrix {

    /** A matrix whose faults do not strike proves nothing: at most one in this many may miss. */
    private static final int MOST_STRIKE = 20;

    @Test
    void keepsThePromiseAtEveryCrashPoint(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        long seed = Runs.seed();
        long start = System.nanoTime();
        try (Runs runs = new Runs(List.of(east, west, north), seed)) {
            for (ProtocolRun play : ProtocolRuns.all()) {
                runs.run(runs.scenarios(play));
            }
            new MatrixPage(runs.results(), seed, System.nanoTime() - start, east).write();
            assertThat(runs.results()).isNotEmpty();
            assertThat(runs.failures()).isEmpty();
            assertThat(runs.notStruck())
                    .as(
                            "faults that found nothing to strike at, of %d",
                            runs.results().size())
                    .isLessThan(1 + runs.results().size() / MOST_STRIKE);
        }
    }
}
