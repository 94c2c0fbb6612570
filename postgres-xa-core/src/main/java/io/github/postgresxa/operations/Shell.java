package io.github.postgresxa.operations;

import java.util.regex.Pattern;

/** Quotes words for a shell, so that a printed command runs as it is. */
public final class Shell {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=@,+-]+");
    private static final Pattern SPECIAL = Pattern.compile("[\"$`\\\\!]");

    private Shell() {}

    /**
     * Quotes a word where that is necessary.
     *
     * @param word an argument
     * @return the word as a POSIX shell reads it back
     */
    public static String quoted(String word) {
        if (PLAIN.matcher(word).matches()) {
            return word;
        }
        return SPECIAL.matcher(word).find() ? "'" + word.replace("'", "'\\''") + "'" : "\"" + word + "\"";
    }
}
