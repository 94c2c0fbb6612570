package io.github.postgresxa.benchmarks.measurement;

import java.util.List;
import java.util.Optional;

/**
 * Values of all rounds.
 *
 * @param low the lowest
 * @param median the middle one
 * @param high the highest
 * @param rounds how many there are
 */
public record Spread(double low, double median, double high, int rounds) {

    /** {@return the spread of these; empty if there are none} */
    public static Optional<Spread> of(List<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return Optional.of(new Spread(sorted.get(0), median, sorted.get(sorted.size() - 1), sorted.size()));
    }
}
