package io.github.postgresxa.benchmarks.scale;

import java.util.List;
import java.util.Locale;

/** Numbers as the page shows them. */
public final class Figures {

    private Figures() {}

    /** {@return the middle one of the values} */
    public static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int size = sorted.size();
        return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    }

    /** {@return the percentile: the smallest value that this percentage of the values does not exceed} */
    public static double percentile(List<Double> values, int percent) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
    }

    /** {@return the number with a thousands separator, without decimals} */
    public static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** {@return the number with one decimal} */
    public static String one(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    /** {@return the number with two decimals} */
    public static String two(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }
}
