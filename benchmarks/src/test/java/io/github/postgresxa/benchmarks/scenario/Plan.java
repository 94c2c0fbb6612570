package io.github.postgresxa.benchmarks.scenario;

import static io.github.postgresxa.benchmarks.contender.Kind.ATOMIKOS;
import static io.github.postgresxa.benchmarks.contender.Kind.BARE;
import static io.github.postgresxa.benchmarks.contender.Kind.HAND_WRITTEN;
import static io.github.postgresxa.benchmarks.contender.Kind.LOCAL;
import static io.github.postgresxa.benchmarks.contender.Kind.NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.NARAYANA_JOURNAL;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_ACTUATOR;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_DECIDED;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_NARAYANA_INSIDE;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_SPRING;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_SPRING_NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_TRACER;
import static io.github.postgresxa.benchmarks.contender.Kind.SPRING;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.work.Mix;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;

/** All scenarios. */
public final class Plan {

    /** Ids that targets and charts use. */
    public static final String TWO_WRITERS = "two-writers";

    public static final String TWO_WRITERS_1MS = "two-writers-1ms";
    public static final String WRITER_AND_READER = "writer-and-reader";
    public static final String READERS = "readers";
    public static final String READ_ONLY = "read-only";
    public static final String ONE_NODE = "one-node";
    public static final String HOT_ROWS = "hot-rows";
    public static final String NEAR_THEN_FAR = "near-then-far";
    public static final String FAR_THEN_NEAR = "far-then-near";
    public static final String REGIONS = "regions";
    public static final String REGIONS_BACK = "regions-back";
    public static final String STARTER = "starter";
    public static final String STARTER_ONE_NODE = "starter-one-node";

    /** What targets need. */
    public static final Set<String> OF_TARGETS = Set.of(
            TWO_WRITERS,
            ONE_NODE,
            STARTER,
            STARTER_ONE_NODE,
            NEAR_THEN_FAR,
            FAR_THEN_NEAR,
            REGIONS,
            REGIONS_BACK,
            decided(2),
            decided(3));

    private static final Duration HERE = Duration.ZERO;
    private static final Duration NEAR = Duration.ofMillis(1);
    private static final Duration FAR = Duration.ofMillis(5);
    private static final int HOT = 10;

    /** For a scenario that no target uses, half of a slice is enough. */
    private static final double SHORT = 0.5;

    private static final List<Kind> ALL = List.of(
            HAND_WRITTEN,
            BARE,
            LOCAL,
            ATOMIKOS,
            NARAYANA,
            NARAYANA_JOURNAL,
            OURS,
            OURS_NARAYANA_INSIDE,
            OURS_DECIDED,
            OURS_NARAYANA,
            OURS_SPRING);
    private static final List<Kind> STARTERS = List.of(
            HAND_WRITTEN,
            LOCAL,
            OURS,
            OURS_NARAYANA,
            OURS_SPRING,
            OURS_SPRING_NARAYANA,
            OURS_ACTUATOR,
            OURS_TRACER,
            SPRING);
    private static final List<Kind> LOCAL_AND_JTA = List.of(
            LOCAL, HAND_WRITTEN, ATOMIKOS, NARAYANA_JOURNAL, OURS, OURS_NARAYANA_INSIDE, OURS_NARAYANA, OURS_SPRING);
    private static final List<Kind> FEW = List.of(HAND_WRITTEN, ATOMIKOS, NARAYANA_JOURNAL, OURS, OURS_NARAYANA);

    private Plan() {}

    /** {@return the scenario with so many writers at 1 ms} */
    public static String writers(int writers) {
        return "writers-" + writers;
    }

    /** {@return the scenario with so many writers and one client at 1 ms, acknowledged when decided or finished} */
    public static String decided(int writers) {
        return "decided-" + writers;
    }

    /** {@return the scenario with so many clients at 1 ms} */
    public static String clients(int clients) {
        return clients == 32 ? TWO_WRITERS_1MS : "clients-" + clients;
    }

    /** {@return the scenario at this distance, with 32 clients} */
    public static String distance(int millis) {
        return millis == 1 ? TWO_WRITERS_1MS : "distance-" + millis;
    }

    /** {@return all scenarios, those that targets use first} */
    public static List<Block> whole() {
        Mix two = Mix.writers(2);
        return List.of(
                new Block(
                        "Two writers, on this machine",
                        List.of(new Scenario(TWO_WRITERS, "Two writers", two, 8, HERE, ALL, HAND_WRITTEN, 1))),
                new Block(
                        "The starter, observed and not",
                        List.of(
                                new Scenario(STARTER, "Two writers", two, 8, HERE, STARTERS, HAND_WRITTEN, 1),
                                new Scenario(
                                        STARTER_ONE_NODE,
                                        "One node only, a writer",
                                        Mix.writers(1),
                                        8,
                                        HERE,
                                        STARTERS,
                                        LOCAL,
                                        SHORT))),
                new Block(
                        "Two writers, 1 ms away",
                        List.of(new Scenario(
                                TWO_WRITERS_1MS,
                                "Two writers",
                                two,
                                32,
                                NEAR,
                                List.of(
                                        HAND_WRITTEN,
                                        BARE,
                                        LOCAL,
                                        ATOMIKOS,
                                        NARAYANA,
                                        NARAYANA_JOURNAL,
                                        OURS,
                                        OURS_NARAYANA),
                                HAND_WRITTEN,
                                1))),
                new Block(
                        "Less than two writers",
                        List.of(
                                lessThanTwo(
                                        WRITER_AND_READER,
                                        "One writer and one reader",
                                        new Mix(1, 1, Mix.ALL_ACCOUNTS, false)),
                                lessThanTwo(READERS, "Two readers", new Mix(2, 0, Mix.ALL_ACCOUNTS, false)),
                                new Scenario(
                                        READ_ONLY,
                                        "Two readers that say so",
                                        new Mix(2, 0, Mix.ALL_ACCOUNTS, true),
                                        8,
                                        HERE,
                                        List.of(LOCAL, OURS, OURS_NARAYANA, OURS_SPRING),
                                        LOCAL,
                                        SHORT),
                                lessThanTwo(ONE_NODE, "One node only, a writer", Mix.writers(1)))),
                new Block(
                        "More writers, 1 ms away",
                        List.of(writersScenario(2), writersScenario(3), writersScenario(5), writersScenario(8))),
                new Block(
                        "More and fewer clients, 1 ms away",
                        List.of(clientsScenario(1), clientsScenario(8), clientsScenario(128))),
                new Block("Acknowledged when decided, 1 ms away", List.of(decidedScenario(2), decidedScenario(3))),
                new Block("Other distances", List.of(distanceScenario(0, HERE), distanceScenario(5, FAR))),
                new Block(
                        "Nodes at different distances",
                        List.of(
                                unequal(NEAR_THEN_FAR, 0.2, 20),
                                unequal(FAR_THEN_NEAR, 20, 0.2),
                                unequal(REGIONS, 1, 20, 60),
                                unequal(REGIONS_BACK, 60, 20, 1))),
                new Block(
                        "Hot rows",
                        List.of(new Scenario(
                                HOT_ROWS,
                                "Two writers, all on %d rows of each node".formatted(HOT),
                                new Mix(0, 2, HOT, false),
                                8,
                                HERE,
                                FEW,
                                HAND_WRITTEN,
                                SHORT))));
    }

    private static Scenario lessThanTwo(String id, String title, Mix mix) {
        return new Scenario(id, title, mix, 8, HERE, LOCAL_AND_JTA, LOCAL, SHORT);
    }

    private static Scenario writersScenario(int writers) {
        return new Scenario(
                writers(writers),
                writers + " writers",
                Mix.writers(writers),
                4,
                NEAR,
                List.of(HAND_WRITTEN, ATOMIKOS, NARAYANA_JOURNAL, OURS, OURS_DECIDED),
                HAND_WRITTEN,
                SHORT);
    }

    /** One client: how long one transaction takes where nothing else delays it. */
    private static Scenario decidedScenario(int writers) {
        return new Scenario(
                decided(writers),
                writers + " writers",
                Mix.writers(writers),
                1,
                NEAR,
                List.of(HAND_WRITTEN, OURS, OURS_DECIDED),
                HAND_WRITTEN,
                1);
    }

    private static Scenario clientsScenario(int clients) {
        return new Scenario(clients(clients), "Two writers", Mix.writers(2), clients, NEAR, FEW, HAND_WRITTEN, SHORT);
    }

    private static Scenario distanceScenario(int millis, Duration distance) {
        return new Scenario(distance(millis), "Two writers", Mix.writers(2), 32, distance, FEW, HAND_WRITTEN, SHORT);
    }

    /** {@return writers that are used in the order of these distances; the hand-written home is the first} */
    private static Scenario unequal(String id, double... millis) {
        return new Scenario(
                id,
                millis.length + " writers",
                Mix.writers(millis.length),
                4,
                DoubleStream.of(millis)
                        .mapToObj(m -> Duration.ofNanos(Math.round(m * 1e6)))
                        .toList(),
                List.of(HAND_WRITTEN, ATOMIKOS, NARAYANA_JOURNAL, OURS),
                HAND_WRITTEN,
                1);
    }

    /**
     * {@return a part of all scenarios}
     *
     * @param ids of scenarios; all if there is none
     * @param kinds contenders
     */
    public static List<Block> of(Set<String> ids, List<Kind> kinds) {
        List<String> known = whole().stream()
                .flatMap(b -> b.scenarios().stream())
                .map(Scenario::id)
                .toList();
        if (!known.containsAll(ids)) {
            throw new IllegalArgumentException("scenarios are %s, not %s".formatted(known, ids));
        }
        return whole().stream()
                .map(b -> new Block(
                        b.title(),
                        b.scenarios().stream()
                                .filter(s -> ids.isEmpty() || ids.contains(s.id()))
                                .map(s -> s.only(kinds))
                                .filter(s -> !s.contenders().isEmpty())
                                .toList()))
                .filter(b -> !b.scenarios().isEmpty())
                .toList();
    }

    /** {@return the contenders of these ids, in the order of the page} */
    public static List<Kind> kinds(Set<String> ids) {
        List<Kind> wanted = ids.stream().map(Kind::of).toList();
        return Arrays.stream(Kind.values())
                .filter(k -> wanted.isEmpty() || wanted.contains(k))
                .toList();
    }
}
