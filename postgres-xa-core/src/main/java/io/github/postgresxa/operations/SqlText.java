package io.github.postgresxa.operations;

import java.util.regex.Pattern;

/** Quotes names and texts of others for SQL that is printed, so that it runs as it is. */
final class SqlText {

    /** Characters that do not survive on one line, or that the server may read as an escape. */
    private static final Pattern SPECIAL = Pattern.compile("[\\\\\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private SqlText() {}

    /** {@return an identifier} */
    static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** {@return a literal on one line} */
    static String literal(String text) {
        StringBuilder literal = new StringBuilder(SPECIAL.matcher(text).find() ? "E'" : "'");
        text.codePoints().forEach(c -> {
            String one = Character.toString(c);
            if (one.equals("'") || one.equals("\\")) {
                literal.append(one).append(one);
            } else if (SPECIAL.matcher(one).find()) {
                literal.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
            } else {
                literal.append(one);
            }
        });
        return literal.append("'").toString();
    }
}
