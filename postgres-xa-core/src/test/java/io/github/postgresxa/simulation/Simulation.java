package io.github.postgresxa.simulation;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.LoggerFactory;

/**
 * Runs many schedules. {@code java … Simulation <first seed> <number>} prints the first seed that breaks an
 * invariant and ends with 1, or with 0 if none does. With {@code
 * -Dsimulation.embedded=true} a manager whose log is on a node decides in nearly all of them.
 */
public final class Simulation {

    private Simulation() {}

    public static void main(String[] arguments) throws InterruptedException {
        long first = Long.parseLong(arguments[0]);
        long number = Long.parseLong(arguments[1]);
        Result result = run(first, number);
        System.out.println(result);
        if (arguments.length > 2) {
            story(first).forEach(System.out::println);
        }
        System.exit(result.violation().isEmpty() ? 0 : 1);
    }

    /**
     * The result of a run.
     *
     * @param schedules how many ran
     * @param counts outcomes of the applications, and faults that struck
     * @param violation the first seed that broke something and what it broke; empty if none did
     */
    record Result(long schedules, Map<String, Integer> counts, String violation) {}

    /** Runs half of the seeds on each of two threads. The violation of the lowest seed is reported. */
    static Result run(long first, long number) throws InterruptedException {
        quiet();
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "actor");
            thread.setDaemon(true);
            return thread;
        });
        Map<String, Integer> counts = new TreeMap<>();
        ConcurrentSkipListMap<Long, String> violations = new ConcurrentSkipListMap<>();
        Thread[] halves = new Thread[2];
        for (int half = 0; half < halves.length; half++) {
            long from = first + half;
            halves[half] = new Thread(() -> {
                for (long seed = from; seed < first + number && !isBeaten(seed, violations); seed += halves.length) {
                    one(seed, threads, counts, violations);
                }
            });
            halves[half].start();
        }
        for (Thread half : halves) {
            half.join();
        }
        threads.shutdownNow();
        String found = violations.isEmpty()
                ? ""
                : String.valueOf(violations.firstEntry().getValue());
        return new Result(number, counts, found);
    }

    /** The lowest seed that breaks something is the same in every run: the threads go on until they have passed it. */
    private static boolean isBeaten(long seed, ConcurrentSkipListMap<Long, String> violations) {
        Long lowest = violations.isEmpty() ? null : violations.firstKey();
        return lowest != null && lowest < seed;
    }

    private static void one(
            long seed,
            ExecutorService threads,
            Map<String, Integer> counts,
            ConcurrentSkipListMap<Long, String> violations) {
        Schedule schedule = new Schedule(seed, threads, false);
        try {
            schedule.run();
        } catch (RuntimeException e) {
            String what = e instanceof Violation v ? v.getMessage() : trace(e);
            violations.put(seed, "seed " + seed + ": " + what);
        }
        synchronized (counts) {
            schedule.fired.forEach((fault, n) -> counts.merge(fault, n, Integer::sum));
            schedule.ledger.told().forEach((outcome, n) -> counts.merge("told " + outcome, n, Integer::sum));
            counts.merge("alarms", schedule.ledger.alarms(), Integer::sum);
        }
    }

    /** {@return one schedule, event by event} */
    static List<String> story(long seed) {
        ExecutorService threads = Executors.newCachedThreadPool();
        Schedule schedule = new Schedule(seed, threads, true);
        try {
            schedule.run();
        } catch (RuntimeException e) {
            schedule.tell(e::toString);
        }
        threads.shutdownNow();
        return schedule.story();
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static void quiet() {
        if (LoggerFactory.getLogger("io.github.postgresxa") instanceof ch.qos.logback.classic.Logger logger) {
            logger.setLevel(ch.qos.logback.classic.Level.OFF);
        }
    }
}
