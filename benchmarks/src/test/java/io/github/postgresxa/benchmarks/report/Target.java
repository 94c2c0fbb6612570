package io.github.postgresxa.benchmarks.report;

import static io.github.postgresxa.benchmarks.contender.Kind.ATOMIKOS;
import static io.github.postgresxa.benchmarks.contender.Kind.HAND_WRITTEN;
import static io.github.postgresxa.benchmarks.contender.Kind.LOCAL;
import static io.github.postgresxa.benchmarks.contender.Kind.NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.NARAYANA_JOURNAL;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_NARAYANA;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Cost;
import io.github.postgresxa.benchmarks.measurement.Results;
import io.github.postgresxa.benchmarks.measurement.Spread;
import io.github.postgresxa.benchmarks.scenario.Plan;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A requirement on this project, set before it was measured.
 *
 * @param circumstances which work
 * @param what which figure
 * @param limit how it is to compare with what
 * @param asked the number
 * @param seen the figure in all results; empty if it was not measured
 */
record Target(String circumstances, String what, Limit limit, double asked, Function<Results, Optional<Spread>> seen) {

    /** How a figure is to compare with the required number. */
    enum Limit {
        AT_LEAST("≥"),
        AT_MOST("≤"),
        EXACTLY("=");

        /** A counted value is exact except for a stray message in hundreds of transactions. */
        private static final double COUNTING = 0.01;

        private final String sign;

        Limit(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        boolean met(double seen, double asked) {
            return switch (this) {
                case AT_LEAST -> seen >= asked;
                case AT_MOST -> seen <= asked;
                case EXACTLY -> Math.abs(seen - asked) <= COUNTING;
            };
        }
    }

    /** {@return whether it is met; empty if it was not measured} */
    Optional<Boolean> met(Results results) {
        return seen.apply(results).map(s -> limit.met(s.median(), asked));
    }

    static List<Target> all() {
        String here = "two writers, on this machine, 8 clients";
        String near = "two writers, 1 ms away, 32 clients";
        return List.of(
                throughput(here, Plan.TWO_WRITERS, OURS, HAND_WRITTEN, "hand-written protocol", 0.80),
                throughput(here, Plan.TWO_WRITERS, OURS_NARAYANA, HAND_WRITTEN, "hand-written protocol", 0.88),
                throughput(here, Plan.TWO_WRITERS, OURS, ATOMIKOS, "Atomikos", 2.2),
                new Target(
                        here,
                        "throughput: %s ÷ the faster Narayana".formatted(OURS.title()),
                        Limit.AT_LEAST,
                        1.7,
                        r -> r.throughputRatio(Plan.TWO_WRITERS, OURS, fasterNarayana(r))),
                throughput(near, Plan.TWO_WRITERS_1MS, OURS, HAND_WRITTEN, "hand-written protocol", 0.95),
                throughput(near, Plan.TWO_WRITERS_1MS, OURS, ATOMIKOS, "Atomikos", 1.6),
                throughput(
                        "one writer and one reader, 8 clients",
                        Plan.WRITER_AND_READER,
                        OURS,
                        LOCAL,
                        "two plain local transactions",
                        0.85),
                throughput("two readers, 8 clients", Plan.READERS, OURS, LOCAL, "two plain local transactions", 0.9),
                throughput(
                        "two readers that say so, 8 clients",
                        Plan.READ_ONLY,
                        OURS,
                        LOCAL,
                        "two plain local transactions",
                        0.9),
                throughput("one node only, 8 clients", Plan.ONE_NODE, OURS, LOCAL, "a plain pooled transaction", 0.9),
                new Target(
                        "eight writers against two, 1 ms away, 4 clients",
                        "median time of the commit of %s: eight ÷ two".formatted(OURS.title()),
                        Limit.AT_MOST,
                        1.4,
                        r -> r.ratio(Plan.writers(8), OURS, Plan.writers(2), OURS, Figures::commitP50)),
                counted("round trips in all", 5, Cost::roundTrips),
                counted("forced flushes of the servers", 3, Cost::flushes),
                new Target(
                        here,
                        "processor time in the JVM per transaction: %s ÷ ".formatted(OURS.title())
                                + "hand-written protocol",
                        Limit.AT_MOST,
                        2,
                        r -> r.ratio(Plan.TWO_WRITERS, OURS, Plan.TWO_WRITERS, HAND_WRITTEN, Figures::cpuMicros)));
    }

    private static Target throughput(
            String circumstances, String scenario, Kind kind, Kind base, String baseTitle, double asked) {
        return new Target(
                circumstances,
                "throughput: %s ÷ %s".formatted(kind.title(), baseTitle),
                Limit.AT_LEAST,
                asked,
                r -> r.throughputRatio(scenario, kind, base));
    }

    private static Target counted(String what, double asked, ToDoubleFunction<Cost> figure) {
        return new Target(
                "two writers, counted",
                what + ": " + OURS.title(),
                Limit.EXACTLY,
                asked,
                r -> r.cost(Cost.Work.TWO_WRITERS, OURS)
                        .map(figure::applyAsDouble)
                        .flatMap(v -> Spread.of(List.of(v))));
    }

    private static Kind fasterNarayana(Results results) {
        return Stream.of(NARAYANA, NARAYANA_JOURNAL)
                .max(Comparator.comparingDouble(k -> results.figure(Plan.TWO_WRITERS, k, Figures::throughput)
                        .map(Spread::median)
                        .orElse(0.0)))
                .orElseThrow();
    }
}
