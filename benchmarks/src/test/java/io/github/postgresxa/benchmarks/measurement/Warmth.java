package io.github.postgresxa.benchmarks.measurement;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a contender is warm: its own processor time per transaction has stopped falling. Its costs are given window
 * by window. It is warm when the cheapest of the last windows is hardly cheaper than the cheapest one before them.
 *
 * <p>A window on a busy machine costs more, never less, so the cheapest one tells; a contender with more code needs
 * more windows.
 */
final class Warmth {

    /** So many windows without progress end it. */
    static final int STILL = 3;

    /** What counts as progress: compilers shave off small parts for minutes. */
    private static final double PROGRESS = 0.03;

    private final List<Double> costs = new ArrayList<>();

    void add(double cost) {
        costs.add(cost);
    }

    boolean reached() {
        if (costs.size() <= STILL) {
            return false;
        }
        int last = costs.size() - STILL;
        return least(costs.subList(last, costs.size())) > (1 - PROGRESS) * least(costs.subList(0, last));
    }

    /** {@return the number of windows so far} */
    int windows() {
        return costs.size();
    }

    /** {@return the cost of the first window divided by that of the cheapest} */
    double fell() {
        return costs.isEmpty() ? 1 : costs.get(0) / least(costs);
    }

    private static double least(List<Double> some) {
        return some.stream().mapToDouble(Double::doubleValue).min().orElse(Double.POSITIVE_INFINITY);
    }
}
