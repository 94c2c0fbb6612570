package io.github.postgresxa.log;

import java.util.regex.Pattern;

/** Text from elsewhere, fit for one line of a log: nothing in it can end the line, colour the terminal or turn the direction of writing. */
public final class Sanitizer {

    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");

    private Sanitizer() {}

    /**
     * @param text a name or an address that somebody configured
     * @return the same, with an escape for what cannot be printed
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
     * @param text a message of a server, or what a person wrote, which may have several lines
     * @return one line of it
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
