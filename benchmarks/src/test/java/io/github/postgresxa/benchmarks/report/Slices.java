package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.measurement.Turn;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Every slice as one line of comma-separated values. */
final class Slices {

    private static final String HEAD =
            "scenario,contender,round,place,clients,distance_ms,readers,writers,accounts,seconds,transactions,"
                    + "errors,per_second,"
                    + "p50_us,p99_us,commit_p50_us,commit_p99_us,jvm_cpu_us,jvm_allocated_bytes,server_cpu_us,"
                    + "round_trips,flushes,context_switches,problem";

    private Slices() {}

    static String csv(List<Turn> turns) {
        return turns.stream().map(Slices::line).collect(Collectors.joining("\n", HEAD + "\n", "\n"));
    }

    private static String line(Turn turn) {
        String what = String.join(
                ",",
                turn.scenario().id(),
                turn.kind().id(),
                Integer.toString(turn.round()),
                Integer.toString(turn.place()),
                Integer.toString(turn.scenario().clients()),
                turn.scenario().millis("/"),
                Integer.toString(turn.scenario().mix().readers()),
                Integer.toString(turn.scenario().mix().writers()),
                Integer.toString(turn.scenario().mix().accounts()));
        String seen = turn.figures().map(f -> figures(f, turn.flushes())).orElse(",".repeat(14));
        return what + "," + seen + ",\"" + turn.problem().replace("\"", "\"\"") + "\"";
    }

    private static String figures(Figures f, double flushes) {
        return String.format(
                Locale.ROOT,
                "%.3f,%d,%d,%.1f,%.0f,%.0f,%.0f,%.0f,%.1f,%.0f,%.1f,%.2f,%.2f,%.1f",
                f.elapsed() / 1e9,
                f.transactions(),
                f.errors(),
                f.throughput(),
                f.p50() / 1e3,
                f.p99() / 1e3,
                f.commitP50() / 1e3,
                f.commitP99() / 1e3,
                f.cpuMicros(),
                f.bytes(),
                f.serverMicros(),
                f.trips(),
                flushes,
                f.allSwitches());
    }
}
