package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.measurement.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Horizontal bars, one below the other, with the lowest and the highest round as a whisker. */
final class BarChart {

    private static final int WIDTH = 820;
    private static final int LEFT = 250;
    private static final int RIGHT = 190;
    private static final int TOP = 66;
    private static final int ROW = 30;

    private record Bar(String label, String colour, Spread value, String note) {}

    private final String title;
    private final String axis;
    private final List<Bar> bars = new ArrayList<>();

    BarChart(String title, String axis) {
        this.title = title;
        this.axis = axis;
    }

    void bar(String label, String colour, Spread value, String note) {
        bars.add(new Bar(label, colour, value, note));
    }

    boolean isEmpty() {
        return bars.isEmpty();
    }

    String svg() {
        double most = bars.stream().mapToDouble(b -> b.value().high()).max().orElse(1);
        Scale scale = Scale.upTo(most);
        double perUnit = (WIDTH - LEFT - RIGHT) / scale.top();
        int bottom = TOP + bars.size() * ROW;
        Svg svg = new Svg(WIDTH, bottom + 34);
        svg.text(16, 26, Svg.Anchor.start, "title", title);
        svg.text(16, 46, Svg.Anchor.start, "soft", axis);
        for (double tick : scale.ticks()) {
            double x = LEFT + tick * perUnit;
            svg.line(x, TOP - 6, x, bottom + 4, Math.abs(tick - 1) < 1e-9 ? "base" : "grid");
            svg.text(x, bottom + 20, Svg.Anchor.middle, "soft", scale.label(tick));
        }
        double y = TOP;
        for (Bar bar : bars) {
            double middle = y + ROW / 2.0;
            svg.text(LEFT - 10, middle + 4, Svg.Anchor.end, "", bar.label());
            svg.rectangle(LEFT, y + 5, bar.value().median() * perUnit, ROW - 10, bar.colour());
            svg.whisker(
                    LEFT + bar.value().low() * perUnit,
                    middle,
                    LEFT + bar.value().high() * perUnit,
                    middle,
                    "var(--text)");
            svg.text(
                    LEFT + bar.value().high() * perUnit + 10,
                    middle + 4,
                    Svg.Anchor.start,
                    "",
                    String.format(Locale.ROOT, "%.2f", bar.value().median()));
            svg.text(WIDTH - 16, middle + 4, Svg.Anchor.end, "soft", bar.note());
            y += ROW;
        }
        return svg.text(title + ". " + axis);
    }
}
