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
 * @param advice what to do, in words; empty if the command says it all, or if there is nothing to fix
 * @param command the exact command that fixes it, or shows more: of a shell if it begins with {@code $}, otherwise SQL;
 *     empty if no command can do it
 */
public record Finding(
        String node, String check, Severity severity, String what, String why, String advice, String command) {

    /** Reduces the texts to one line each: they may quote a server or a foreign name. */
    public Finding {
        what = Sanitizer.oneLine(what);
        advice = Sanitizer.oneLine(advice);
        command = Sanitizer.oneLine(command);
    }

    Finding(String node, String check, Severity severity, String what, String why, String command) {
        this(node, check, severity, what, why, "", command);
    }
}
