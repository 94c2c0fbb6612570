package io.github.postgresxa.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds names that a server looks up along the search path: functions, types, operators and relations without their
 * schema. It knows no more of SQL than our own statements use, and rather finds too much.
 */
public final class QualifiedNames {

    private static final Pattern LITERAL = Pattern.compile("[eE]?'(?:[^']|'')*'");
    private static final Pattern QUALIFIED_OPERATOR = Pattern.compile("operator\\(pg_catalog\\.[^)\\w]+\\)");
    private static final Pattern CALL = Pattern.compile("([\\w.\"]+)\\s*\\(");
    private static final Pattern CAST = Pattern.compile("::\\s*([\\w.\"]+)");
    private static final Pattern OPERATOR = Pattern.compile("[-+*/<>=~!@#%^&|?]+");
    private static final Pattern RELATION =
            Pattern.compile("\\b(?:from|join|into|update|using|table)\\s+([\\w.\"]+)(?!\\s*[\\w.\"]*\\()");

    /** Words before a parenthesis that are no functions. */
    private static final Set<String> SYNTAX = Set.of(
            "values",
            "operator",
            "in",
            "exists",
            "any",
            "all",
            "as",
            "and",
            "or",
            "not",
            "on",
            "when",
            "then",
            "from",
            "array");

    private QualifiedNames() {}

    /**
     * Scans a message.
     *
     * @param message one or more statements
     * @return what is looked up along the search path; nothing after the message itself has set that
     */
    public static List<String> missing(String message) {
        List<String> found = new ArrayList<>();
        for (String statement : LITERAL.matcher(message)
                .replaceAll("''")
                .toLowerCase(Locale.ROOT)
                .split(";")) {
            String sql = statement.strip();
            if (sql.startsWith("set local search_path to pg_catalog")
                    || sql.startsWith("set local search_path = pg_catalog")) {
                break;
            }
            if (sql.startsWith("set ") || sql.startsWith("reset ") || sql.startsWith("begin")) {
                // Settings have names without a schema.
                continue;
            }
            check(QUALIFIED_OPERATOR.matcher(sql).replaceAll(" operator "), found);
        }
        return found;
    }

    private static void check(String sql, List<String> found) {
        Matcher call = CALL.matcher(sql);
        while (call.find()) {
            String name = call.group(1);
            if (!name.contains(".") && !SYNTAX.contains(name)) {
                found.add(name + "()");
            }
        }
        Matcher cast = CAST.matcher(sql);
        while (cast.find()) {
            if (!cast.group(1).startsWith("pg_catalog.")) {
                found.add("::" + cast.group(1));
            }
        }
        Matcher operator = OPERATOR.matcher(sql);
        while (operator.find()) {
            found.add(operator.group());
        }
        Matcher relation = RELATION.matcher(sql);
        while (relation.find()) {
            if (!relation.group(1).contains(".")) {
                found.add(relation.group(1));
            }
        }
    }
}
