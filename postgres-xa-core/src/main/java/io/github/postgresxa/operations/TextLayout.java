package io.github.postgresxa.operations;

import java.util.ArrayList;
import java.util.List;

/** Breaks texts into lines for terminals and logs. A word is never broken: names and addresses have to be copied. */
public final class TextLayout {

    private final int width;

    /**
     * Creates a layout.
     *
     * @param width the longest line; a longer word makes a longer line
     */
    public TextLayout(int width) {
        this.width = width;
    }

    /** {@return the longest line} */
    public int width() {
        return width;
    }

    /**
     * Breaks a text at its spaces.
     *
     * @param first what the first line begins with
     * @param rest what each further line begins with
     * @param text the text
     * @return the lines
     */
    public List<String> lines(String first, String rest, String text) {
        return lines(first, rest, List.of(text.strip().split("\\s+")), "");
    }

    /**
     * Breaks a command so that it can be copied with all its lines: outside of quotes only, and for a shell with a
     * backslash at the end of a line.
     *
     * @param first what the first line begins with
     * @param rest what each further line begins with
     * @param command a command of a shell if it begins with {@code $}, otherwise SQL
     * @return the lines
     */
    public List<String> command(String first, String rest, String command) {
        boolean shell = command.startsWith("$ ");
        List<String> words = words(command);
        return shell && words.size() > 1
                ? lines(first + "$ ", rest + "  ", words.subList(1, words.size()), " \\")
                : lines(first, rest, words, "");
    }

    private List<String> lines(String first, String rest, List<String> words, String continued) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int tail = i == words.size() - 1 ? 0 : continued.length();
            boolean full = line.length() + (empty ? 0 : 1) + word.length() + tail > width;
            if (full && (!empty || !line.toString().isBlank())) {
                lines.add(empty ? line.toString().stripTrailing() : line + continued);
                line = new StringBuilder(indent(rest, word.length() + tail));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }

    /** {@return what a line begins with: less, if only that gives a long word the room that it needs} */
    private String indent(String usual, int word) {
        return usual.isBlank() ? " ".repeat(Math.max(0, Math.min(usual.length(), width - word))) : usual;
    }

    /** {@return the words of a command; a word does not end within quotes} */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (quote == 0 && c == ' ') {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
                continue;
            }
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            word.append(c);
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
