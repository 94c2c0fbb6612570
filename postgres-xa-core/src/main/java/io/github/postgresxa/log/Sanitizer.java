package io.github.postgresxa.log;

import java.util.regex.Pattern;

/**
 * Makes foreign text safe for one line of a log: it cannot end the line, colour the terminal or change the direction of
 * writing.
 */
public final class Sanitizer {

    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");

    private Sanitizer() {}

    /**
     * Escapes characters that cannot be printed.
     *
     * @param text a configured name or address
     * @return the text, with an escape for each such character
     */
    public static String escaped(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isPrintable(c)) {
                line.appendCodePoint(c);
            } else {
                line.append("\\u%04x".formatted(c));
            }
        });
        return line.toString();
    }

    /**
     * Joins lines and escapes characters that cannot be printed.
     *
     * @param text a server's message or a person's input, with one or more lines
     * @return the text on one line, its lines separated by semicolons
     */
    public static String oneLine(String text) {
        return escaped(LINE_BREAK.matcher(text.strip()).replaceAll("; "));
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
