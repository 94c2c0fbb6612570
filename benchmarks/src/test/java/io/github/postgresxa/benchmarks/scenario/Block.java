package io.github.postgresxa.benchmarks.scenario;

import java.util.List;

/**
 * Scenarios whose slices take turns with each other, so that they can be compared, too.
 *
 * @param title for people
 * @param scenarios in the order of the page
 */
public record Block(String title, List<Scenario> scenarios) {

    /** Copies the list. */
    public Block {
        scenarios = List.copyOf(scenarios);
    }

    /** {@return the number of nodes that it needs} */
    public int nodes() {
        return scenarios.stream().mapToInt(s -> s.mix().nodes()).max().orElse(0);
    }
}
