package io.github.postgresxa.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.SocketMoment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The driver breaks at the first read or write of its socket, then at the second, and so on, until a run ends
 * unharmed: with an Error or an unchecked exception, before, amid or after the call. The connection itself stays in
 * order. After each run nothing is left prepared. The money is all there or not at all, and as the caller heard.
 * Each session that the pools hand out is in order.
 *
 * <p>Every build walks each story with one kind of break, at every other call; {@code -Dbroken.seed} repeats it.
 * {@code -Dbroken.all=true} walks all of them, {@code -Dbroken.only=<part of a name>} those whose name contains the
 * text, both at each call.
 */
@PostgresNodes({"east", "west", "north"})
class BrokenDriverWalkIT {

    private static final System.Logger LOG = System.getLogger(BrokenDriverWalkIT.class.getName());
    private static final long SEED = Long.getLong("broken.seed", System.nanoTime());
    private static final String ONLY = System.getProperty("broken.only", "");
    private static final boolean IS_WHOLE = Boolean.getBoolean("broken.all") || !ONLY.isEmpty();

    private enum What {
        ERROR(() -> new StackOverflowError("the driver broke")),
        MEMORY(() -> new OutOfMemoryError("the driver broke")),
        EXCEPTION(() -> new IllegalStateException("the driver broke"));

        private final Supplier<Throwable> thrown;

        What(Supplier<Throwable> thrown) {
            this.thrown = thrown;
        }
    }

    private record Walk(BrokenDriverStory story, SocketMoment moment, What what) {
        @Override
        public String toString() {
            return "%s / %s / %s".formatted(story, moment, what);
        }
    }

    @Test
    void allOrNothingAndNoSessionWithATransactionIsHandedOut(PostgresNode east, PostgresNode west, PostgresNode north)
            throws Exception {
        LOG.log(System.Logger.Level.INFO, "seed: -Dbroken.seed={0}", Long.toString(SEED));
        List<String> broken = new ArrayList<>();
        for (BrokenDriverStory story : BrokenDriverStory.values()) {
            List<Walk> walks = walks(story);
            if (!walks.isEmpty()) {
                try (BrokenDriverStage stage = new BrokenDriverStage(story, List.of(east, west, north))) {
                    for (Walk walk : walks) {
                        walk(stage, walk, broken);
                    }
                }
            }
        }
        assertThat(broken).as("-Dbroken.seed=%d", SEED).isEmpty();
        assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads()).isNull();
    }

    private static List<Walk> walks(BrokenDriverStory story) {
        List<Walk> all = Arrays.stream(SocketMoment.values())
                .flatMap(m -> Arrays.stream(What.values()).map(w -> new Walk(story, m, w)))
                .filter(w -> w.toString().contains(ONLY))
                .toList();
        if (IS_WHOLE) {
            return all;
        }
        Random random = new Random(SEED + story.ordinal());
        return List.of(all.get(random.nextInt(all.size())));
    }

    /** Prints at once, too: where many runs hang, the end is far. */
    private static void note(List<String> broken, String what) {
        LOG.log(System.Logger.Level.ERROR, what);
        broken.add(what);
    }

    private static void walk(BrokenDriverStage stage, Walk walk, List<String> broken) throws Exception {
        int first = IS_WHOLE ? 1 : 1 + new Random(~SEED - walk.story().ordinal()).nextInt(2);
        for (int n = first; n < BrokenDriverStage.MORE_THAN_A_STORY_HAS; n += IS_WHOLE ? 1 : 2) {
            int number = n;
            BrokenDriverStage.Run run =
                    stage.run(sockets -> sockets.at(call -> true).call(number, walk.moment(), walk.what().thrown));
            run.faults()
                    .forEach(fault -> note(
                            broken,
                            "%s / call %d, told %s: %s; %s".formatted(walk, number, run.told(), fault, run.broken())));
            if (run.unharmed()) {
                return;
            }
        }
        broken.add(walk + " has more calls than this test expects");
    }
}
