package io.github.postgresxa.benchmarks.scenario;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.work.Mix;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One comparison.
 *
 * @param id its name in options and files
 * @param title its name for people
 * @param mix what transactions do
 * @param clients how many at the same time
 * @param distances round trips to the nodes in the order of their use, beyond that of this machine; the last one holds
 *     for all others, too
 * @param contenders who takes part
 * @param base the one that the others are compared with
 * @param share of the length of a slice; scenarios that no target uses are shorter
 */
public record Scenario(
        String id,
        String title,
        Mix mix,
        int clients,
        List<Duration> distances,
        List<Kind> contenders,
        Kind base,
        double share) {

    /** Copies the lists. */
    public Scenario {
        distances = List.copyOf(distances);
        contenders = List.copyOf(contenders);
    }

    /** Creates a scenario whose nodes are all equally far away. */
    Scenario(
            String id,
            String title,
            Mix mix,
            int clients,
            Duration distance,
            List<Kind> contenders,
            Kind base,
            double share) {
        this(id, title, mix, clients, List.of(distance), contenders, base, share);
    }

    /** {@return the round trip to a node, by its place in the order of use} */
    public Duration distance(int node) {
        return distances.get(Math.min(node, distances.size() - 1));
    }

    /** {@return the distances in milliseconds} */
    public String millis(String separator) {
        return distances.stream().map(Scenario::millis).collect(Collectors.joining(separator));
    }

    private static String millis(Duration distance) {
        return new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(distance.toNanos() / 1e6);
    }

    /** {@return the circumstances in words} */
    public String circumstances() {
        return "%d client%s, %s"
                .formatted(
                        clients,
                        clients == 1 ? "" : "s",
                        distance(0).isZero() ? "on this machine" : millis(", ") + " ms away");
    }

    Scenario only(List<Kind> kinds) {
        return new Scenario(
                id,
                title,
                mix,
                clients,
                distances,
                contenders.stream().filter(kinds::contains).toList(),
                base,
                share);
    }
}
