package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Results;
import io.github.postgresxa.benchmarks.measurement.Spread;
import io.github.postgresxa.benchmarks.scenario.Scenario;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Results as tables of a page: what a transaction costs, and how long it takes. */
final class Tables {

    private static final String NOTHING = "–";

    private final Results results;

    Tables(Results results) {
        this.results = results;
    }

    /** {@return both tables of a scenario, or nothing if it was not run} */
    String of(Scenario scenario) {
        StringBuilder costs = new StringBuilder();
        StringBuilder times = new StringBuilder();
        for (Kind kind : Kind.values()) {
            if (scenario.contenders().contains(kind)) {
                costs.append(costs(scenario, kind));
                times.append(times(scenario, kind));
            }
        }
        if (results.turns().stream().noneMatch(t -> t.scenario().id().equals(scenario.id()))) {
            return "";
        }
        String base = scenario.base().title();
        return """

                **%s**, %s (`%s`).
                The cost of one transaction; "÷" compares with %s.

                | contender | JVM, µs | ÷ | servers, µs | ÷ | both, ÷ | allocated, KiB | ÷ | round trips | flushes \
                | context switches |
                |---|---|---|---|---|---|---|---|---|---|---|
                %s
                | contender | per second | ÷ | p50, ms | p99, ms | commit p50, ms | ÷ | commit p99, ms |
                |---|---|---|---|---|---|---|---|
                %s""".formatted(scenario.title(), scenario.circumstances(), scenario.id(), base, costs, times);
    }

    private String costs(Scenario scenario, Kind kind) {
        String id = scenario.id();
        return row(
                title(id, kind),
                figure(id, kind, Figures::cpuMicros, "%,.0f"),
                ratio(scenario, kind, Figures::cpuMicros),
                figure(id, kind, Figures::serverMicros, "%,.0f"),
                ratio(scenario, kind, Figures::serverMicros),
                ratio(scenario, kind, Figures::allMicros),
                figure(id, kind, f -> f.bytes() / 1024, "%,.1f"),
                ratio(scenario, kind, Figures::bytes),
                figure(id, kind, Figures::trips, "%.2f"),
                text(results.flushes(id, kind), "%.2f"),
                figure(id, kind, Figures::allSwitches, "%.1f"));
    }

    private String times(Scenario scenario, Kind kind) {
        String id = scenario.id();
        return row(
                title(id, kind),
                figure(id, kind, Figures::throughput, "%,.0f"),
                ratio(scenario, kind, Figures::throughput),
                figure(id, kind, f -> f.p50() / 1e6, "%.2f"),
                figure(id, kind, f -> f.p99() / 1e6, "%.2f"),
                figure(id, kind, f -> f.commitP50() / 1e6, "%.2f"),
                ratio(scenario, kind, Figures::commitP50),
                figure(id, kind, f -> f.commitP99() / 1e6, "%.2f"));
    }

    static String row(String... cells) {
        return String.join(" | ", cells).transform(line -> "| " + line + " |\n");
    }

    private String title(String scenario, Kind kind) {
        return (kind.ours() ? "**" + kind.title() + "**" : kind.title())
                + (results.broken(scenario, kind) ? ", **broken**" : "");
    }

    private String ratio(Scenario scenario, Kind kind, ToDoubleFunction<Figures> what) {
        return kind == scenario.base()
                ? "1"
                : results.ratio(scenario.id(), kind, scenario.base(), what)
                        .map(Tables::spread)
                        .orElse(NOTHING);
    }

    private String figure(String scenario, Kind kind, ToDoubleFunction<Figures> what, String format) {
        return text(results.figure(scenario, kind, what), format);
    }

    private static String text(Optional<Spread> spread, String format) {
        return spread.map(s -> String.format(Locale.ROOT, format, s.median())).orElse(NOTHING);
    }

    /** {@return the median, with the lowest and the highest} */
    static String spread(Spread spread) {
        return spread.rounds() == 1
                ? number(spread.median())
                : "%s (%s–%s)".formatted(number(spread.median()), number(spread.low()), number(spread.high()));
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
