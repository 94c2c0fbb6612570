package io.github.postgresxa.benchmarks.startup;

import io.github.postgresxa.benchmarks.scale.Figures;
import io.github.postgresxa.benchmarks.scale.Machine;
import io.github.postgresxa.benchmarks.scale.Page;
import io.github.postgresxa.benchmarks.scale.Part;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/**
 * Applications are started in turns, each in a fresh JVM. {@code -Dscale.starts} sets the number of starts, by
 * default 15.
 */
@Part("startup")
@PostgresNodes({"east", "west"})
class StartUpScale {

    private static final int ENOUGH = 15;
    private static final double TARGET = 300;

    private final int count = Integer.getInteger("scale.starts", ENOUGH);
    private final Map<Kind, List<Start>> starts = new EnumMap<>(Kind.class);

    @Test
    void theStarterAddsLittle(PostgresNode east, PostgresNode west) throws Exception {
        for (Kind kind : Kind.values()) {
            Start.of(kind, east, west); // Fills the file cache, and creates the schema on the nodes.
        }
        List<Kind> order = new ArrayList<>(List.of(Kind.values()));
        for (int i = 0; i < count; i++) {
            Collections.shuffle(order, new Random(i)); // The same orders in each run.
            for (Kind kind : order) {
                starts.computeIfAbsent(kind, k -> new ArrayList<>()).add(Start.of(kind, east, west));
            }
        }
        report(Machine.circumstances(east));
    }

    private double median(Kind kind, ToDoubleFunction<Start> value) {
        return Figures.median(starts.getOrDefault(kind, List.of()).stream()
                .map(value::applyAsDouble)
                .toList());
    }

    private double more(Kind kind, ToDoubleFunction<Start> value) {
        return median(kind, value) - median(Kind.EMPTY, value);
    }

    private void report(String circumstances) {
        StringBuilder text = new StringBuilder("""
                %s

                No application has its own code. Each is started %d times in a fresh JVM (default settings,
                `-Xmx256m`), all in turns; medians, and in brackets what is added to the empty one. "Started in" is
                what Spring Boot reports (`ApplicationReadyEvent`); with ours both nodes are connected, checked and
                have their schema by then. Memory is read 3 s later: resident memory of the process, and the heap
                after a collection.

                | application | started in | JVM start to ready | processor until ready | of it the main thread | \
                resident | heap | classes | threads | bean definitions |
                |---|---|---|---|---|---|---|---|---|---|
                """.formatted(circumstances, count));
        for (Kind kind : Kind.values()) {
            text.append("| %s | **%s ms** %s | %s ms %s | %s ms %s | %s ms %s | %s MB %s | %s MB %s | %s | %s | %s |%n"
                    .formatted(
                            kind.text(),
                            Figures.whole(median(kind, Start::started)),
                            added(kind, Start::started, 1, " ms"),
                            Figures.whole(median(kind, Start::uptime)),
                            added(kind, Start::uptime, 1, " ms"),
                            Figures.whole(median(kind, Start::processor)),
                            added(kind, Start::processor, 1, " ms"),
                            Figures.whole(median(kind, Start::mainThread)),
                            added(kind, Start::mainThread, 1, " ms"),
                            Figures.whole(median(kind, Start::resident) / 1e6),
                            added(kind, Start::resident, 1e6, " MB"),
                            Figures.one(median(kind, Start::heap) / 1e6),
                            added(kind, Start::heap, 1e6, " MB"),
                            Figures.whole(median(kind, Start::classes)),
                            Figures.whole(median(kind, Start::threads)),
                            Figures.whole(median(kind, Start::beans))));
        }
        double more = more(Kind.POSTGRES_XA, Start::started);
        text.append(("%nAsked: at most %.0f ms more than the empty application: %s. Boot's own JDBC starter with a"
                        + " connection adds %.0f ms.%n")
                .formatted(
                        TARGET,
                        more <= TARGET ? "met" : "**missed** by %.0f ms".formatted(more - TARGET),
                        more(Kind.HIKARI_CONNECTED, Start::started)));
        Page.STARTUP.write(count >= ENOUGH, text.toString());
    }

    private String added(Kind kind, ToDoubleFunction<Start> value, double unit, String name) {
        double more = more(kind, value) / unit;
        return kind == Kind.EMPTY ? "" : "(%s%s%s)".formatted(more < 0 ? "" : "+", Figures.whole(more), name);
    }
}
