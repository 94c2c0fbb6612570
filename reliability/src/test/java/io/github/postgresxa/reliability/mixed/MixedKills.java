package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Instances are killed at every step of a transaction in which a broker takes part, and of its recovery. {@code
 * -Dmixed.kills} sets the number of kills for each manager, by default 200; {@code -Dmixed.managers} names one of them;
 * {@link MixedOptions} has the other options.
 */
@PostgresNodes({"east", "west"})
class MixedKills {

    /** So many kills, then an audit. */
    static final int PIECE = 25;

    /** So many orders before the first kill show the steps. */
    private static final int HEALTHY = 40;

    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(5);

    private static final long ORDER_MILLIS = 300;

    private final long seed = Long.getLong("mixed.seed", new Random().nextLong());
    private final int kills = Integer.getInteger("mixed.kills", 200);
    private final MixedOptions options = MixedOptions.ofProperties();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ManagerKind.class,
            names = {"ATOMIKOS", "NARAYANA"})
    void everyOrderIsDoneOnceWhereverAnInstanceIsKilled(ManagerKind manager, PostgresNode east, PostgresNode west)
            throws Exception {
        if (!System.getProperty("mixed.managers", manager.name()).equals(manager.name())) {
            return;
        }
        System.err.println("seed " + seed + ", " + manager + ", " + options.text());
        try (MixedRun run = new MixedRun(directory, manager, List.of(east, west), options)) {
            MixedFigures figures = MixedFigures.open();
            killInPieces(run, figures, manager);
            new MixedPage(figures, options).write();
        }
    }

    private void killInPieces(MixedRun run, MixedFigures figures, ManagerKind manager) throws Exception {
        Random random = new Random(seed);
        KillPlan plan = new KillPlan(new Random(random.nextLong()));
        Semaphore mayBeDown = new Semaphore(options.instances() - 1);
        List<InstanceSlot> slots = new ArrayList<>();
        for (int number = 0; number < options.instances(); number++) {
            slots.add(new InstanceSlot(number, run, plan, mayBeDown, new Random(random.nextLong())));
        }
        try {
            run.order(HEALTHY);
            run.settle(SETTLE_LIMIT);
            for (int done = 0; done < kills; done += PIECE) {
                int before = run.ordered();
                long start = System.nanoTime();
                plan.allow(Math.min(PIECE, kills - done));
                kill(run, plan, slots);
                run.settle(SETTLE_LIMIT);
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                plan.takeKills().forEach((point, times) -> figures.add(manager, point, times));
                figures.add(manager, MixedFigures.AUDITS, 1);
                figures.add(manager, MixedFigures.BROKER_RESTARTS, 1);
                figures.add(manager, MixedFigures.ORDERS, run.ordered() - before);
                figures.add(manager, MixedFigures.MINUTES, took.plusSeconds(30).toMinutes());
                figures.save();
                System.err.printf("%s: %d kills, %s%n", manager, Math.min(kills, done + PIECE), took);
            }
        } finally {
            slots.forEach(InstanceSlot::close);
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    /** {@return a task at whose end, good or bad, the others end, too} */
    private static Callable<Void> untilItEnds(KillPlan plan, Task task) {
        return () -> {
            try {
                task.run();
                return null;
            } finally {
                plan.end();
            }
        };
    }

    /** Beside the kills orders come in, and in their middle the broker is restarted. */
    private static void kill(MixedRun run, KillPlan plan, List<InstanceSlot> slots) throws Exception {
        int half = plan.left() / 2;
        List<Callable<Void>> tasks = new ArrayList<>();
        slots.forEach(slot -> tasks.add(untilItEnds(plan, slot::killAsPlanned)));
        tasks.add(untilItEnds(plan, () -> {
            while (plan.left() > half) {
                run.orderIfFew();
                Thread.sleep(ORDER_MILLIS);
            }
            run.restartBroker();
            while (plan.left() > 0) {
                run.orderIfFew();
                Thread.sleep(ORDER_MILLIS);
            }
        }));
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
