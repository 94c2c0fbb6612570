package io.github.postgresxa.datasource;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds statements in SQL text that would end or begin a transaction. Inside a JTA transaction they are refused before
 * they are sent: after a COMMIT of the application its work would be permanent, whatever the other nodes do.
 */
final class TransactionControl {

    private static final Set<String> WORDS = Set.of("commit", "end", "abort", "rollback", "begin", "start", "prepare");

    private final String sql;
    private int at;

    private TransactionControl(String sql) {
        this.sql = sql;
    }

    /**
     * Finds the first such statement.
     *
     * @param sql the application's text, one or more statements
     * @return the first words of a statement that controls transactions, or null if there is none
     */
    static @Nullable String in(String sql) {
        return new TransactionControl(sql).find();
    }

    /** {@return whether the statement that {@link #in} found asks for a rollback} */
    static boolean undoes(String found) {
        return found.equals("ROLLBACK") || found.equals("ABORT");
    }

    /** {@return whether a text is exactly one statement} */
    static boolean isAlone(String sql) {
        TransactionControl text = new TransactionControl(sql);
        text.toNextStatement(false);
        return SqlText.isEmpty(sql.substring(text.at));
    }

    private @Nullable String find() {
        boolean more = true;
        while (more) {
            skipBlank();
            String first = word();
            if (WORDS.contains(first)) {
                String found = judge(first);
                if (found != null) {
                    return found;
                }
            }
            more = toNextStatement(first.equals("create"));
        }
        return null;
    }

    private @Nullable String judge(String first) {
        skipBlank();
        String second = word();
        if (second.equals("work")
                || (second.equals("transaction") && !first.equals("prepare") && !first.equals("start"))) {
            skipBlank();
            second = word();
        }
        return switch (first) {
            case "prepare" -> second.equals("transaction") ? "PREPARE TRANSACTION" : null;
            case "start" -> second.equals("transaction") ? "START TRANSACTION" : null;
            case "rollback" -> second.equals("to") ? null : "ROLLBACK";
            default -> first.toUpperCase(Locale.ROOT);
        };
    }

    /**
     * Skips to the next statement. The body of a function may be "begin atomic … end", with statements that do not run
     * now.
     */
    private boolean toNextStatement(boolean create) {
        int depth = 0;
        String previous = "";
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (c == ';') {
                at++;
                if (depth == 0) {
                    return true;
                }
            } else if (Character.isLetter(c) && depth == 0 && !create) {
                skipWord(); // The usual case: no word inside a statement matters.
            } else if (Character.isLetter(c)) {
                String word = word();
                boolean opens = depth == 0
                        ? create && word.equals("atomic") && previous.equals("begin")
                        : word.equals("case") || word.equals("begin");
                if (opens) {
                    depth++;
                } else if (depth > 0 && word.equals("end")) {
                    depth--;
                }
                previous = word;
            } else if (c == '\'') {
                skipQuoted('\'', isEscapeString());
            } else if (c == '"') {
                skipQuoted('"', false);
            } else if (c == '$') {
                skipDollarQuoted();
            } else if (startsComment()) {
                skipBlank();
            } else {
                at++;
            }
        }
        return false;
    }

    private boolean isEscapeString() {
        boolean e = at > 0 && (sql.charAt(at - 1) == 'e' || sql.charAt(at - 1) == 'E');
        return e && (at == 1 || !Character.isJavaIdentifierPart(sql.charAt(at - 2)));
    }

    private void skipQuoted(char quote, boolean backslashes) {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && backslashes) {
                at++;
            } else if (c == quote) {
                return; // A doubled quote begins the next string at once, with the same effect.
            }
        }
    }

    private void skipDollarQuoted() {
        int end = at + 1;
        while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end)) && sql.charAt(end) != '$') {
            end++;
        }
        boolean insideName = at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1));
        if (insideName || end >= sql.length() || sql.charAt(end) != '$') {
            at++;
            return;
        }
        String tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        at = close < 0 ? sql.length() : close + tag.length();
    }

    private boolean startsComment() {
        return sql.startsWith("--", at) || sql.startsWith("/*", at);
    }

    private void skipBlank() {
        while (at < sql.length()) {
            if (Character.isWhitespace(sql.charAt(at))) {
                at++;
            } else if (sql.startsWith("--", at)) {
                skipLine();
            } else if (sql.startsWith("/*", at)) {
                skipBlockComment();
            } else {
                return;
            }
        }
    }

    private void skipLine() {
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
    }

    private void skipBlockComment() {
        int depth = 0;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
    }

    private String word() {
        int start = at;
        skipWord();
        return sql.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private void skipWord() {
        while (at < sql.length() && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
            at++;
        }
    }
}
