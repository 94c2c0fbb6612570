package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** All results so far. */
public final class Results {

    private final List<Turn> turns = new ArrayList<>();
    private final List<Cost> costs = new ArrayList<>();
    private final List<WarmUp> warmUps = new ArrayList<>();

    /** Adds a slice. */
    public void add(Turn turn) {
        turns.add(turn);
    }

    void add(Cost cost) {
        costs.add(cost);
    }

    void add(WarmUp warmUp) {
        warmUps.add(warmUp);
    }

    /** {@return how contenders became warm} */
    public List<WarmUp> warmUps() {
        return List.copyOf(warmUps);
    }

    /** {@return every slice, in the order in which they ran} */
    public List<Turn> turns() {
        return List.copyOf(turns);
    }

    /** {@return everything that was counted} */
    public List<Cost> costs() {
        return List.copyOf(costs);
    }

    /** {@return what was wrong with contenders, each once} */
    public List<String> problems(Predicate<Kind> whose) {
        List<String> all = new ArrayList<>();
        costs.stream()
                .filter(c -> whose.test(c.kind()) && !c.problem().isEmpty())
                .forEach(c -> all.add("%s, counting %s: %s"
                        .formatted(c.kind().title(), c.work().title(), c.problem())));
        Map<String, String> places = new LinkedHashMap<>();
        turns.stream()
                .filter(t -> whose.test(t.kind()) && !t.good())
                .forEach(t -> places.merge(
                        t.kind().title() + ": " + t.problem(),
                        "`%s` in round %d".formatted(t.scenario().id(), t.round()),
                        (one, other) -> one + ", " + other));
        places.forEach((what, where) -> all.add(what + " (" + where + ")"));
        return all;
    }

    /** {@return the cost of a contender's transactions of this kind} */
    public Optional<Cost> cost(Cost.Work work, Kind kind) {
        return costs.stream()
                .filter(c -> c.work() == work && c.kind() == kind && c.problem().isEmpty())
                .findFirst();
    }

    private List<Turn> good(String scenario, Kind kind) {
        return turns.stream()
                .filter(t -> t.scenario().id().equals(scenario) && t.kind() == kind && t.good())
                .toList();
    }

    /** {@return whether a contender had a slice that does not count} */
    public boolean broken(String scenario, Kind kind) {
        return turns.stream().anyMatch(t -> t.scenario().id().equals(scenario) && t.kind() == kind && !t.good());
    }

    /**
     * {@return a figure in all rounds}
     *
     * @param scenario an id
     * @param kind a contender
     * @param what the figure
     */
    public Optional<Spread> figure(String scenario, Kind kind, ToDoubleFunction<Figures> what) {
        return Spread.of(good(scenario, kind).stream()
                .map(t -> t.figures().orElseThrow())
                .map(what::applyAsDouble)
                .toList());
    }

    /** {@return forced flushes of the servers per transaction, in all rounds} */
    public Optional<Spread> flushes(String scenario, Kind kind) {
        return Spread.of(good(scenario, kind).stream().map(Turn::flushes).toList());
    }

    /**
     * {@return a figure divided by another one of the same round, for all rounds in which both are good}
     *
     * <p>A machine that is slow for a while is slow for both.
     *
     * @param scenario an id
     * @param kind a contender
     * @param baseScenario an id of the same block
     * @param base the contender that it is compared with
     * @param what a figure
     */
    public Optional<Spread> ratio(
            String scenario, Kind kind, String baseScenario, Kind base, ToDoubleFunction<Figures> what) {
        List<Turn> bases = good(baseScenario, base);
        return Spread.of(good(scenario, kind).stream()
                .flatMap(t -> bases.stream()
                        .filter(b -> b.round() == t.round())
                        .map(b -> what.applyAsDouble(t.figures().orElseThrow())
                                / what.applyAsDouble(b.figures().orElseThrow())))
                .filter(Double::isFinite)
                .toList());
    }

    /** {@return a figure compared with another contender's in the same scenario} */
    public Optional<Spread> ratio(String scenario, Kind kind, Kind base, ToDoubleFunction<Figures> what) {
        return ratio(scenario, kind, scenario, base, what);
    }

    /** {@return throughput compared with another contender's in the same scenario} */
    public Optional<Spread> throughputRatio(String scenario, Kind kind, Kind base) {
        return ratio(scenario, kind, base, Figures::throughput);
    }
}
