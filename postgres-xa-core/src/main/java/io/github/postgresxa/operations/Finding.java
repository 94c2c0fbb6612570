package io.github.postgresxa.operations;

import java.util.regex.Pattern;

/**
 * What the doctor found on one node.
 *
 * @param node the node
 * @param check what was checked, for example {@code max-prepared-transactions}
 * @param severity how much it matters
 * @param what what is the case, with numbers
 * @param why why it matters; empty if all is well
 * @param command the exact command that mends it: SQL unless it begins with {@code $}; empty if there is nothing to mend
 */
public record Finding(String node, String check, Severity severity, String what, String why, String command) {

    private static final Pattern BREAKS = Pattern.compile("\\s+");

    /** Makes one line of what a server said. */
    public Finding {
        what = BREAKS.matcher(what.strip()).replaceAll(" ");
    }

    static Finding ok(String node, String check, String what) {
        return new Finding(node, check, Severity.OK, what, "", "");
    }
}
