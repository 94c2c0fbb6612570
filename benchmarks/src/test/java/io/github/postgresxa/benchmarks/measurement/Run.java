package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.contender.Setting;
import io.github.postgresxa.benchmarks.scenario.Block;
import io.github.postgresxa.benchmarks.scenario.Scenario;
import io.github.postgresxa.benchmarks.work.Mix;
import io.github.postgresxa.benchmarks.worker.Figures;
import io.github.postgresxa.benchmarks.worker.Worker;
import io.github.postgresxa.benchmarks.worker.WorkerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The whole measurement. Contenders take turns in short slices, each round in another order, so that whatever else
 * the machine does affects all of them alike. Only the contender whose turn it is has connections; the processes of
 * the others wait for a command.
 */
public final class Run implements AutoCloseable {

    private static final int WARM_UP_CLIENTS = 8;
    private static final int STARTED_AT_ONCE = 3;

    /** Long enough for thousands of transactions, short enough to see when they stop getting cheaper. */
    private static final Duration WINDOW = Duration.ofSeconds(4);

    private static final int LEAST_WINDOWS = 2 * Warmth.STILL;

    /** A contender that is started again has to become warm again, which takes minutes. */
    private static final int MOST_RESTARTS = 2;

    private final Options options;
    private final Nodes nodes;
    private final Path directory;
    private final Map<Kind, Integer> restarts = new EnumMap<>(Kind.class);
    private final Map<Kind, Worker> workers = new EnumMap<>(Kind.class);
    private final Map<Kind, String> absent = new EnumMap<>(Kind.class);
    private final Results results = new Results();
    private final Random random;

    /**
     * Starts all contenders' processes.
     *
     * @param options what is run
     * @param nodes the servers
     * @param directory for logs of the processes, and what they keep on disk
     */
    public Run(Options options, Nodes nodes, Path directory) {
        this.options = options;
        this.nodes = nodes;
        this.directory = directory;
        this.random = new Random(options.seed());
        Map<Kind, Future<Worker>> starting = new EnumMap<>(Kind.class);
        ExecutorService threads = Executors.newFixedThreadPool(STARTED_AT_ONCE);
        for (Kind kind : options.kinds()) {
            starting.put(kind, threads.submit(() -> Worker.start(kind, options.java(), directory, recording(kind))));
        }
        threads.shutdown();
        starting.forEach(this::started);
    }

    private void started(Kind kind, Future<Worker> worker) {
        try {
            workers.put(kind, worker.get());
        } catch (InterruptedException | ExecutionException e) {
            absent.put(kind, "it does not start: " + e.getMessage());
        }
    }

    private List<String> recording(Kind kind) throws IOException {
        if (options.recordings().isPresent()) {
            Files.createDirectories(options.recordings().get());
        }
        return options.recordings()
                .map(folder -> List.of("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                        + folder.resolve(kind.id() + ".jfr")))
                .orElse(List.of());
    }

    /** {@return the virtual machine that contenders run on} */
    public String java() {
        return workers.values().stream().findFirst().map(Worker::java).orElse("none");
    }

    /** {@return the results so far; grows while it runs} */
    public Results results() {
        return results;
    }

    /**
     * Lets every contender do each kind of work until its processor time per transaction has stopped falling, at most
     * for the time that the options give: most of it for the first kind, the rest for the others.
     */
    public void warmUp() {
        for (Kind kind : List.copyOf(workers.keySet())) {
            warmUp(kind);
        }
    }

    private void warmUp(Kind kind) {
        int most = options.blocks().stream().mapToInt(Block::nodes).max().orElse(0);
        nodes.beginBlock(most);
        boolean done = false;
        while (!done && !absent.containsKey(kind)) {
            done = isWarm(Objects.requireNonNull(workers.get(kind)), most);
            nodes.rollbackPrepared(most);
            nodes.tidy(most);
        }
    }

    /** {@return whether it has done all its work; if not, it has been started again, or is absent from now on} */
    private boolean isWarm(Worker worker, int most) {
        long began = System.nanoTime();
        Warmth first = new Warmth();
        boolean warm = true;
        List<Mix> mixes = mixesOf(worker.kind());
        try {
            worker.open(new Setting(nodes.addresses(most, node -> Duration.ZERO), WARM_UP_CLIENTS, false));
            for (int i = 0; i < mixes.size(); i++) {
                Warmth warmth = i == 0 ? first : new Warmth();
                Duration longest = i == 0 ? options.warmUp() : options.warmUp().dividedBy(2L * (mixes.size() - 1));
                warm &= warmUp(worker, mixes.get(i), longest, warmth);
            }
            worker.closePools();
        } catch (WorkerException e) {
            restart(worker, e);
            return false;
        }
        results.add(new WarmUp(worker.kind(), Duration.ofNanos(System.nanoTime() - began), first.fell(), warm));
        return true;
    }

    /** Starts a new process for a contender whose process does not answer: the machine may have been too busy. */
    private void restart(Worker worker, WorkerException reason) {
        Kind kind = worker.kind();
        worker.close();
        if (restarts.merge(kind, 1, Integer::sum) > MOST_RESTARTS) {
            absent.put(kind, String.valueOf(reason.getMessage()));
            return;
        }
        try {
            workers.put(kind, Worker.start(kind, options.java(), directory, recording(kind)));
        } catch (IOException | WorkerException e) {
            absent.put(kind, "it does not start again: " + e.getMessage());
        }
    }

    private boolean warmUp(Worker worker, Mix mix, Duration longest, Warmth warmth) {
        Duration least = longest.dividedBy(LEAST_WINDOWS);
        Duration window = least.compareTo(WINDOW) < 0 ? least : WINDOW;
        while (!warmth.reached()) {
            if (window.multipliedBy(warmth.windows() + 1L).compareTo(longest) > 0) {
                return false;
            }
            warmth.add(worker.run(mix, WARM_UP_CLIENTS, Duration.ZERO, window, random.nextLong())
                    .cpuMicros());
        }
        return true;
    }

    /** Not every contender can do every kind. */
    private List<Mix> mixesOf(Kind kind) {
        return options.blocks().stream()
                .flatMap(b -> b.scenarios().stream())
                .filter(s -> s.contenders().contains(kind))
                .map(Scenario::mix)
                .distinct()
                .toList();
    }

    /** Counts what single transactions of some contenders cost. */
    public void count(List<Cost.Work> works, List<Kind> kinds) {
        Counting counting = new Counting(nodes, options.counted(), options.seed());
        for (Worker worker : workers.values()) {
            if (!kinds.contains(worker.kind())) {
                continue;
            }
            for (Cost.Work work : works) {
                results.add(counting.count(work, worker));
            }
            nodes.tidy(2);
        }
    }

    /** Runs all rounds of one block. */
    public void measure(Block block) {
        nodes.beginBlock(block.nodes());
        for (int round = 1; round <= options.rounds(); round++) {
            long seed = random.nextLong();
            int place = 0;
            for (Scenario scenario : block.scenarios()) {
                List<Kind> order = new ArrayList<>(scenario.contenders());
                Collections.shuffle(order, random);
                for (Kind kind : order) {
                    results.add(turn(block, scenario, kind, round, ++place, seed));
                }
            }
        }
    }

    private Turn turn(Block block, Scenario scenario, Kind kind, int round, int place, long seed) {
        @Nullable Worker worker = workers.get(kind);
        if (worker == null || absent.containsKey(kind)) {
            return new Turn(scenario, kind, round, place, Optional.empty(), 0, absent.getOrDefault(kind, "absent"));
        }
        Audit audit = new Audit(scenario.mix(), nodes.money(block.nodes()));
        Optional<Figures> figures = Optional.empty();
        double flushes = 0;
        String problem;
        try {
            nodes.quiet();
            long flushesBefore = nodes.flushes();
            worker.open(new Setting(
                    nodes.addresses(scenario.mix().nodes(), scenario::distance), scenario.clients(), false));
            Figures seen = worker.run(
                    scenario.mix(),
                    scenario.clients(),
                    options.runIn(),
                    Duration.ofMillis(Math.round(options.slice().toMillis() * scenario.share())),
                    seed);
            figures = Optional.of(seen);
            audit.add(seen);
            problem = audit.problem(nodes);
            worker.closePools();
            nodes.quiet(); // A session reports its numbers at the latest when it ends.
            flushes = (nodes.flushes() - flushesBefore) / (double) Math.max(1, seen.committed());
        } catch (WorkerException e) {
            problem = String.valueOf(e.getMessage());
            nodes.rollbackPrepared(block.nodes());
            restart(worker, e);
            if (!options.warmUp().isZero()) {
                warmUp(kind);
            }
        }
        nodes.tidy(block.nodes());
        return new Turn(scenario, kind, round, place, figures, flushes, problem);
    }

    @Override
    public void close() {
        workers.values().forEach(Worker::close);
    }
}
