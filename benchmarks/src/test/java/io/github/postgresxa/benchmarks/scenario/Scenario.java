package io.github.postgresxa.benchmarks.scenario;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.work.Mix;
import java.time.Duration;
import java.util.List;

/**
 * One comparison.
 *
 * @param id its name in options and files
 * @param title its name for people
 * @param mix what transactions do
 * @param clients how many at the same time
 * @param distance round trip to each node, beyond that of this machine
 * @param contenders who takes part
 * @param base the one that the others are compared with
 * @param share of the length of a slice; scenarios that no target uses are shorter
 */
public record Scenario(
        String id,
        String title,
        Mix mix,
        int clients,
        Duration distance,
        List<Kind> contenders,
        Kind base,
        double share) {

    /** Copies the list. */
    public Scenario {
        contenders = List.copyOf(contenders);
    }

    /** {@return the circumstances in words} */
    public String circumstances() {
        return "%d client%s, %s"
                .formatted(
                        clients,
                        clients == 1 ? "" : "s",
                        distance.isZero() ? "on this machine" : distance.toMillis() + " ms away");
    }

    Scenario only(List<Kind> kinds) {
        return new Scenario(
                id,
                title,
                mix,
                clients,
                distance,
                contenders.stream().filter(kinds::contains).toList(),
                base,
                share);
    }
}
