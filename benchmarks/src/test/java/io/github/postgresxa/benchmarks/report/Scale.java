package io.github.postgresxa.benchmarks.report;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * The marks of an axis that begins at 0.
 *
 * @param step between two marks
 * @param top the last of them
 */
record Scale(double step, double top) {

    private static final int MARKS = 5;

    static Scale upTo(double most) {
        double rough = Math.max(most, 1e-9) / MARKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = DoubleStream.of(1, 2, 2.5, 5, 10)
                .map(s -> s * power)
                .filter(s -> s >= rough)
                .findFirst()
                .orElse(10 * power);
        return new Scale(step, Math.ceil(most / step - 1e-9) * step);
    }

    double[] ticks() {
        return DoubleStream.iterate(0, t -> t <= top + step / 2, t -> t + step).toArray();
    }

    String label(double tick) {
        return step >= 1 && step == Math.rint(step)
                ? String.format(Locale.ROOT, "%,.0f", tick)
                : String.format(Locale.ROOT, step < 0.1 || step == 0.25 ? "%.2f" : "%.1f", tick);
    }
}
