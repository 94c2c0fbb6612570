package io.github.postgresxa.benchmarks.report;

import io.github.postgresxa.benchmarks.measurement.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Lines over a few places, each point with the lowest and the highest round as a whisker. Names are at the lines'
 * ends.
 */
final class LineChart {

    private static final int WIDTH = 820;
    private static final int HEIGHT = 380;
    private static final int LEFT = 70;
    private static final int RIGHT = 240;
    private static final int TOP = 66;
    private static final int BOTTOM = 56;
    private static final int LABEL = 17;

    /** Lines are shifted a little, or their whiskers would overlap. */
    private static final double APART = 7;

    private record Line(String label, String colour, List<Optional<Spread>> values) {}

    private record Label(String text, String colour, double y) {}

    private final String title;
    private final String axis;
    private final String places;
    private final List<String> names;
    private final List<Line> lines = new ArrayList<>();

    /**
     * Creates a chart without lines.
     *
     * @param title of the chart
     * @param axis what the values are
     * @param places what the places are
     * @param names of the places
     */
    LineChart(String title, String axis, String places, List<String> names) {
        this.title = title;
        this.axis = axis;
        this.places = places;
        this.names = names;
    }

    /** Adds a line, unless it has no points. */
    void line(String label, String colour, List<Optional<Spread>> values) {
        if (values.stream().anyMatch(Optional::isPresent)) {
            lines.add(new Line(label, colour, values));
        }
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    String svg() {
        double most = lines.stream()
                .flatMap(l -> l.values().stream())
                .flatMap(Optional::stream)
                .mapToDouble(Spread::high)
                .max()
                .orElse(1);
        Scale scale = Scale.upTo(most);
        double perUnit = (HEIGHT - TOP - BOTTOM) / scale.top();
        double floor = HEIGHT - BOTTOM;
        Svg svg = new Svg(WIDTH, HEIGHT);
        svg.text(16, 26, Svg.Anchor.start, "title", title);
        svg.text(16, 46, Svg.Anchor.start, "soft", axis);
        for (double tick : scale.ticks()) {
            double y = floor - tick * perUnit;
            svg.line(LEFT, y, WIDTH - RIGHT, y, "grid");
            svg.text(LEFT - 8, y + 4, Svg.Anchor.end, "soft", scale.label(tick));
        }
        for (int place = 0; place < names.size(); place++) {
            svg.text(x(place), floor + 20, Svg.Anchor.middle, "", names.get(place));
        }
        svg.text(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, floor + 42, Svg.Anchor.middle, "soft", places);
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), (i - (lines.size() - 1) / 2.0) * APART, perUnit, floor, labels);
        }
        label(svg, labels);
        return svg.text(title + ". " + axis);
    }

    private double x(int place) {
        double room = (WIDTH - LEFT - RIGHT) / (double) names.size();
        return LEFT + room * (place + 0.5);
    }

    private void draw(Svg svg, Line line, double aside, double perUnit, double floor, List<Label> labels) {
        StringBuilder points = new StringBuilder();
        for (int place = 0; place < names.size(); place++) {
            Optional<Spread> value = line.values().get(place);
            if (value.isPresent()) {
                Spread spread = value.get();
                double x = x(place) + aside;
                double y = floor - spread.median() * perUnit;
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
                svg.whisker(x, floor - spread.low() * perUnit, x, floor - spread.high() * perUnit, line.colour());
                svg.dot(x, y, line.colour());
                if (place == lastPlace(line)) {
                    labels.add(new Label(line.label(), line.colour(), y));
                }
            }
        }
        svg.path(points.toString().strip(), line.colour());
    }

    private static int lastPlace(Line line) {
        int last = 0;
        for (int place = 0; place < line.values().size(); place++) {
            last = line.values().get(place).isPresent() ? place : last;
        }
        return last;
    }

    /** Places names beside the ends of the lines, without overlap. */
    private static void label(Svg svg, List<Label> labels) {
        List<Label> sorted =
                labels.stream().sorted(Comparator.comparingDouble(Label::y)).toList();
        double free = TOP;
        for (int i = 0; i < sorted.size(); i++) {
            Label label = sorted.get(i);
            double latest = HEIGHT - BOTTOM - (sorted.size() - 1 - i) * (double) LABEL;
            double y = Math.min(Math.max(label.y(), free), latest);
            svg.dot(WIDTH - RIGHT + 14, y, label.colour());
            svg.text(WIDTH - RIGHT + 24, y + 4, Svg.Anchor.start, "", label.text());
            free = y + LABEL;
        }
    }
}
