package io.github.postgresxa.datasource;

/** Simple checks of SQL text from the application. */
final class SqlText {

    private SqlText() {}

    /** {@return whether the driver sends nothing at all for this text} */
    static boolean isEmpty(String sql) {
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c != ';' && !Character.isWhitespace(c)) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether a word appears anywhere in this text, in any case} */
    static boolean mentions(String word, String sql) {
        int last = sql.length() - word.length();
        for (int i = 0; i <= last; i++) {
            if (sql.regionMatches(true, i, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }
}
