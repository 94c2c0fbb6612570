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
 * @param command the exact command that fixes it: SQL unless it begins with {@code $}; empty if there is nothing to fix
 */
public record Finding(String node, String check, Severity severity, String what, String why, String command) {

    /** Reduces the texts to one line each: they may quote a server or a foreign name. */
    public Finding {
        what = Sanitizer.oneLine(what);
        command = Sanitizer.oneLine(command);
    }

    static Finding ok(String node, String check, String what) {
        return new Finding(node, check, Severity.OK, what, "", "");
    }
}
