package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.measurement.Results;
import io.github.postgresxa.benchmarks.measurement.Spread;
import io.github.postgresxa.benchmarks.scenario.Plan;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The charts, if there is data for them. */
final class Charts {

    private final Results results;
    private final Map<String, String> files = new LinkedHashMap<>();

    Charts(Results results) {
        this.results = results;
        ratios(Plan.TWO_WRITERS, "Two writers, on this machine, 8 clients");
        ratios(Plan.TWO_WRITERS_1MS, "Two writers, 1 ms away, 32 clients");
        lines(
                "clients",
                new LineChart(
                        "Two writers, 1 ms away",
                        "transactions per second; whiskers from the slowest to the fastest round",
                        "clients",
                        List.of("1", "8", "32", "128")),
                List.of(Plan.clients(1), Plan.clients(8), Plan.clients(32), Plan.clients(128)),
                Figures::throughput);
        lines(
                "distance",
                new LineChart(
                        "Two writers, 32 clients",
                        "transactions per second; whiskers from the slowest to the fastest round",
                        "round trip to each node",
                        List.of("this machine", "1 ms", "5 ms")),
                List.of(Plan.distance(0), Plan.distance(1), Plan.distance(5)),
                Figures::throughput);
        lines(
                "writers",
                new LineChart(
                        "The commit alone, 1 ms away, 4 clients",
                        "milliseconds, median; whiskers from the fastest to the slowest round",
                        "writing nodes",
                        List.of("2", "3", "5", "8")),
                List.of(Plan.writers(2), Plan.writers(3), Plan.writers(5), Plan.writers(8)),
                f -> f.commitP50() / 1e6);
    }

    /** {@return drawings by the names of their files} */
    Map<String, String> files() {
        return files;
    }

    /** {@return a line of the page that shows a chart, or nothing} */
    String show(String name, String description) {
        return files.containsKey(name + ".svg") ? "![%s](performance/%s.svg)".formatted(description, name) : "";
    }

    private void ratios(String scenario, String title) {
        BarChart chart = new BarChart(
                title, "throughput, hand-written protocol = 1; whiskers from the lowest to the highest round");
        for (Kind kind : Kind.values()) {
            Optional<Spread> ratio = results.throughputRatio(scenario, kind, Kind.HAND_WRITTEN);
            Optional<Spread> absolute = results.figure(scenario, kind, Figures::throughput);
            if (ratio.isPresent() && absolute.isPresent()) {
                chart.bar(
                        kind.title(),
                        colour(kind),
                        ratio.get(),
                        String.format(Locale.ROOT, "%,.0f/s", absolute.get().median()));
            }
        }
        if (!chart.isEmpty()) {
            files.put(scenario + ".svg", chart.svg());
        }
    }

    private void lines(String name, LineChart chart, List<String> scenarios, ToDoubleFunction<Figures> figure) {
        for (Kind kind : Kind.values()) {
            Function<String, Optional<Spread>> value = s -> results.figure(s, kind, figure);
            List<Optional<Spread>> values = scenarios.stream().map(value).toList();
            if (values.stream().filter(Optional::isPresent).count() > 1) {
                chart.line(kind.title(), colour(kind), values);
            }
        }
        if (!chart.isEmpty()) {
            files.put(name + ".svg", chart.svg());
        }
    }

    /** Colours that people with colour blindness can distinguish, on light and on dark. */
    private static String colour(Kind kind) {
        return switch (kind) {
            case HAND_WRITTEN -> "#7d8590";
            case BARE -> "#a8adb4";
            case LOCAL -> "#c9b458";
            case ATOMIKOS -> "#d9730d";
            case NARAYANA -> "#b57edc";
            case NARAYANA_JOURNAL -> "#8e44ad";
            case OURS -> "#0969da";
            case OURS_NARAYANA_INSIDE -> "#116650";
            case OURS_DECIDED -> "#0b3d91";
            case OURS_NARAYANA -> "#1a9e77";
            case OURS_SPRING, OURS_SPRING_NARAYANA, OURS_ACTUATOR, OURS_TRACER -> "#4aa3df";
            case SPRING -> "#6db33f";
        };
    }
}
