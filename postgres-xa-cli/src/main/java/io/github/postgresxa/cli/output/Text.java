package io.github.postgresxa.cli.output;

import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.operations.TextLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects lines that fit a terminal. */
public final class Text {

    private static final int USUAL = 80;
    private static final int NARROWEST = 40;
    private static final int GAP = 2;

    private final TextLayout layout;
    private final List<String> lines = new ArrayList<>();

    /**
     * Starts a text.
     *
     * @param width the width of the terminal
     */
    public Text(int width) {
        this.layout = new TextLayout(width);
    }

    /**
     * Returns the width of the terminal.
     *
     * @param environment the environment variables
     * @return the value of {@code COLUMNS}, 40 at least; 80 if it is not set
     */
    public static int width(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "").strip();
        return columns.matches("[0-9]{1,4}") ? Math.max(NARROWEST, Integer.parseInt(columns)) : USUAL;
    }

    /** {@return a duration for people} */
    public static String age(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }

    /** {@return a number with commas between its thousands} */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /**
     * Adds a paragraph, broken where it has to be.
     *
     * @param indent the spaces before the first line
     * @param text the text, of which nothing can move the terminal's cursor
     */
    public void add(int indent, String text) {
        lines.addAll(layout.lines(" ".repeat(indent), " ".repeat(indent + GAP), Sanitizer.oneLine(text)));
    }

    /**
     * Adds a paragraph that may end with a command, which gets lines of its own.
     *
     * @param indent the spaces before the first line
     * @param text the text; a command of a shell begins with {@code $}
     */
    public void addWithCommand(int indent, String text) {
        int command = (" " + text).indexOf(" $ ");
        String words = command < 0 ? text : text.substring(0, command);
        if (!words.isBlank()) {
            add(indent, words);
        }
        if (command >= 0) {
            command(indent + GAP, text.substring(command));
        }
    }

    /**
     * Adds a line as it is.
     *
     * @param line the line
     */
    public void line(String line) {
        lines.add(line);
    }

    /**
     * Adds a command.
     *
     * @param indent the spaces before it
     * @param command a command of a shell if it begins with {@code $}, otherwise SQL; nothing if it is empty
     */
    public void command(int indent, String command) {
        if (!command.isEmpty()) {
            lines.addAll(layout.command(" ".repeat(indent), " ".repeat(indent + GAP), command));
        }
    }

    /**
     * Adds a table with a header. If it is too wide, the last column goes below the others.
     *
     * @param header the titles of the columns
     * @param rows the cells, as many as there are titles
     */
    public void table(List<String> header, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(List.of(header));
        rows.forEach(row -> all.add(row.stream().map(Sanitizer::escaped).toList()));
        int last = header.size() - 1;
        int[] widths = new int[last + 1];
        all.forEach(row ->
                Arrays.setAll(widths, i -> Math.max(widths[i], row.get(i).length())));
        boolean fits = Arrays.stream(widths).sum() + last * GAP <= layout.width();
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + GAP));
            }
            if (fits) {
                lines.add(line + row.get(last));
            } else {
                String left = line.toString().stripTrailing();
                lines.addAll(left.length() <= layout.width() ? List.of(left) : layout.lines("", "    ", left));
                lines.addAll(layout.lines("  ", "  ", row.get(last)));
            }
        }
    }

    /** {@return the lines} */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
