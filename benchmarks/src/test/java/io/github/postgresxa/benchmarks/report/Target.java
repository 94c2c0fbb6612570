package io.github.postgresxa.benchmarks.report;

import static io.github.postgresxa.benchmarks.contender.Kind.ATOMIKOS;
import static io.github.postgresxa.benchmarks.contender.Kind.HAND_WRITTEN;
import static io.github.postgresxa.benchmarks.contender.Kind.LOCAL;
import static io.github.postgresxa.benchmarks.contender.Kind.NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.NARAYANA_JOURNAL;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_ACTUATOR;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_DECIDED;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_SPRING;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_SPRING_NARAYANA;
import static io.github.postgresxa.benchmarks.contender.Kind.OURS_TRACER;

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
 * @param throughput of the same contenders, compared in the same way: beside it, because a busy machine changes it
 */
record Target(
        String circumstances,
        String what,
        Limit limit,
        double asked,
        Function<Results, Optional<Spread>> seen,
        Function<Results, Optional<Spread>> throughput) {

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

    /**
     * A cost of one transaction.
     *
     * @param title its name for people
     * @param figure where it is
     */
    private record Costs(String title, ToDoubleFunction<Figures> figure) {}

    private static final Costs JVM = new Costs("processor time in the JVM", Figures::cpuMicros);
    private static final Costs SERVERS = new Costs("processor time of the servers", Figures::serverMicros);
    private static final Costs BOTH = new Costs("processor time of JVM and servers", Figures::allMicros);
    private static final Costs ALLOCATED = new Costs("bytes allocated", Figures::bytes);

    /** {@return whether it is met; empty if it was not measured} */
    Optional<Boolean> met(Results results) {
        return seen.apply(results).map(s -> limit.met(s.median(), asked));
    }

    static List<Target> all() {
        String two = "two writers, 8 clients";
        String one = "one node, 8 clients";
        return List.of(
                cost(two, Plan.TWO_WRITERS, OURS_NARAYANA, HAND_WRITTEN, JVM, 1.5),
                cost(two, Plan.TWO_WRITERS, OURS, HAND_WRITTEN, JVM, 1.8),
                cost(two, Plan.TWO_WRITERS, OURS_NARAYANA, HAND_WRITTEN, SERVERS, 1.08),
                cost(two, Plan.TWO_WRITERS, OURS, HAND_WRITTEN, SERVERS, 1.08),
                cost(two, Plan.TWO_WRITERS, OURS_NARAYANA, HAND_WRITTEN, ALLOCATED, 2),
                cost(two, Plan.TWO_WRITERS, OURS, HAND_WRITTEN, ALLOCATED, 3),
                cost(one, Plan.ONE_NODE, OURS_NARAYANA, LOCAL, JVM, 1.4),
                cost(one, Plan.ONE_NODE, OURS, LOCAL, JVM, 2),
                cost(two, Plan.STARTER, OURS_SPRING_NARAYANA, HAND_WRITTEN, JVM, 2.4),
                cost(two, Plan.STARTER, OURS_SPRING, HAND_WRITTEN, JVM, 2.8),
                cost(two, Plan.STARTER, OURS_ACTUATOR, OURS_SPRING, JVM, 1.1),
                cost(two, Plan.STARTER, OURS_TRACER, OURS_SPRING, JVM, 1.15),
                cost(two, Plan.TWO_WRITERS, OURS, ATOMIKOS, BOTH, 0.45),
                narayana(OURS_NARAYANA),
                narayana(OURS),
                commitTime(Plan.NEAR_THEN_FAR, Plan.NEAR_THEN_FAR, 0.6, "at best 0.51"),
                commitTime(Plan.FAR_THEN_NEAR, Plan.NEAR_THEN_FAR, 0.6, "at best 0.51"),
                commitTime(Plan.FAR_THEN_NEAR, Plan.FAR_THEN_NEAR, 1.1, "at best 1"),
                commitTime(Plan.REGIONS, Plan.REGIONS, 0.6, "at best 0.83"),
                commitTime(Plan.REGIONS_BACK, Plan.REGIONS, 0.6, "at best 0.83"),
                commitTime(Plan.REGIONS_BACK, Plan.REGIONS_BACK, 1.1, "at best 1"),
                decided(2, "whole transaction", 0.85, Figures::p50),
                decided(3, "whole transaction", 0.85, Figures::p50),
                decided(2, "commit", 0.7, Figures::commitP50),
                decided(3, "commit", 0.7, Figures::commitP50),
                counted("round trips in all", 5, Cost::roundTrips),
                counted("forced flushes of the servers", 3, Cost::flushes));
    }

    private static Target cost(String circumstances, String scenario, Kind kind, Kind base, Costs what, double asked) {
        return new Target(
                circumstances,
                "%s: %s ÷ %s".formatted(what.title(), kind.title(), base.title()),
                Limit.AT_MOST,
                asked,
                r -> r.ratio(scenario, kind, base, what.figure()),
                r -> r.throughputRatio(scenario, kind, base));
    }

    private static Target narayana(Kind kind) {
        return new Target(
                "two writers, 8 clients",
                "%s: %s ÷ the cheaper Narayana".formatted(BOTH.title(), kind.title()),
                Limit.AT_MOST,
                0.6,
                r -> r.ratio(Plan.TWO_WRITERS, kind, cheaperNarayana(r), Figures::allMicros),
                r -> r.throughputRatio(Plan.TWO_WRITERS, kind, cheaperNarayana(r)));
    }

    /**
     * The hand-written protocol's home is the node that is used first, which is the right one where that is the
     * farthest. So both directions are compared with the one in which it begins near, too.
     *
     * @param best what the distances allow at best
     */
    private static Target commitTime(String scenario, String baseScenario, double asked, String best) {
        return new Target(
                title(scenario),
                "median time of the commit: %s ÷ hand-written protocol%s; %s"
                        .formatted(OURS.title(), scenario.equals(baseScenario) ? "" : " where that begins near", best),
                Limit.AT_MOST,
                asked,
                r -> r.ratio(scenario, OURS, baseScenario, HAND_WRITTEN, Figures::commitP50),
                r -> r.ratio(scenario, OURS, baseScenario, HAND_WRITTEN, Figures::throughput));
    }

    private static String title(String scenario) {
        return switch (scenario) {
            case Plan.NEAR_THEN_FAR -> "0.2 ms away, then 20 ms away, 4 clients";
            case Plan.FAR_THEN_NEAR -> "20 ms away, then 0.2 ms away, 4 clients";
            case Plan.REGIONS -> "three regions, 1, 20, 60 ms away, 4 clients";
            default -> "three regions, 60, 20, 1 ms away, 4 clients";
        };
    }

    private static Target decided(int writers, String what, double asked, ToDoubleFunction<Figures> figure) {
        return new Target(
                "%d writers, 1 ms away, 1 client".formatted(writers),
                "median time of the %s: %s ÷ hand-written protocol".formatted(what, OURS_DECIDED.title()),
                Limit.AT_MOST,
                asked,
                r -> r.ratio(Plan.decided(writers), OURS_DECIDED, HAND_WRITTEN, figure),
                r -> r.throughputRatio(Plan.decided(writers), OURS_DECIDED, HAND_WRITTEN));
    }

    private static Target counted(String what, double asked, ToDoubleFunction<Cost> figure) {
        return new Target(
                "two writers, counted",
                what + ": " + OURS.title(),
                Limit.EXACTLY,
                asked,
                r -> r.cost(Cost.Work.TWO_WRITERS, OURS)
                        .map(figure::applyAsDouble)
                        .flatMap(v -> Spread.of(List.of(v))),
                r -> Optional.empty());
    }

    private static Kind cheaperNarayana(Results results) {
        return Stream.of(NARAYANA, NARAYANA_JOURNAL)
                .min(Comparator.comparingDouble(k -> results.figure(Plan.TWO_WRITERS, k, Figures::allMicros)
                        .map(Spread::median)
                        .orElse(Double.MAX_VALUE)))
                .orElseThrow();
    }
}
