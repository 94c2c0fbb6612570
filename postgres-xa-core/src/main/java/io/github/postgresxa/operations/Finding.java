package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;

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

    /** Makes one line of what a server said, or of a name that somebody else has chosen. */
    public Finding {
        what = Sanitizer.oneLine(what);
        command = Sanitizer.oneLine(command);
    }

    static Finding ok(String node, String check, String what) {
        return new Finding(node, check, Severity.OK, what, "", "");
    }
}
