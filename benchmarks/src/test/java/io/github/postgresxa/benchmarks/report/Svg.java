package io.github.postgresxa.benchmarks.report;

import java.util.Locale;

/** A drawing on its own card, which is light or dark as the reader's screen is. */
final class Svg {

    private static final String STYLE = """
              <style>
                svg { --card: #ffffff; --edge: #d0d7de; --text: #1f2328; --soft: #59636e; --grid: #e4e8ec; }
                @media (prefers-color-scheme: dark) {
                  svg { --card: #0d1117; --edge: #3d444d; --text: #f0f6fc; --soft: #9198a1; --grid: #262c36; }
                }
                text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; \
            fill: var(--text); }
                .title { font-size: 15px; font-weight: 600; }
                .soft { fill: var(--soft); font-size: 12px; }
                .grid { stroke: var(--grid); }
                .base { stroke: var(--soft); stroke-dasharray: 4 3; }
                .whisker { stroke-width: 1.5; fill: none; }
              </style>
            """;

    private final int width;
    private final int height;
    private final StringBuilder body = new StringBuilder();

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** The alignment of a text to its point. */
    enum Anchor {
        start,
        middle,
        end
    }

    Svg text(double x, double y, Anchor anchor, String style, String text) {
        return add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
                x, y, anchor, style, escaped(text));
    }

    Svg line(double x1, double y1, double x2, double y2, String style) {
        return add("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style);
    }

    Svg rectangle(double x, double y, double w, double h, String colour) {
        return add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" fill=\"%s\"/>",
                x, y, w, h, colour);
    }

    Svg dot(double x, double y, String colour) {
        return add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", x, y, colour);
    }

    Svg path(String points, String colour) {
        return add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", points, colour);
    }

    /** Draws a whisker from the lowest to the highest value, with two short ends; nothing if they are equal. */
    Svg whisker(double x1, double y1, double x2, double y2, String colour) {
        if (x1 == x2 && y1 == y2) {
            return this;
        }
        double dx = x1 == x2 ? 4 : 0;
        double dy = x1 == x2 ? 0 : 4;
        return add(
                "<path d=\"M%.1f %.1fL%.1f %.1fM%.1f %.1fL%.1f %.1fM%.1f %.1fL%.1f %.1f\" class=\"whisker\" "
                        + "style=\"stroke: %s\"/>",
                x1, y1, x2, y2, x1 - dx, y1 - dy, x1 + dx, y1 + dy, x2 - dx, y2 - dy, x2 + dx, y2 + dy, colour);
    }

    private Svg add(String format, Object... values) {
        body.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    String text(String description) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img" \
                aria-label="%3$s">
                %4$s  <rect x="0.5" y="0.5" width="%5$d" height="%6$d" rx="6" style="fill: var(--card); \
                stroke: var(--edge)"/>
                %7$s</svg>
                """.formatted(
                width, height, escaped(description).replace("\"", "&quot;"), STYLE, width - 1, height - 1, body);
    }
}
