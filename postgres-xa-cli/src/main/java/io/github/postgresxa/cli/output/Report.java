package io.github.postgresxa.cli.output;

import io.github.postgresxa.document.Json;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a command found, did or refused, for people or as one JSON document:
 * {@code {"command": …, "exitCode": …, "result": {…}}}, or {@code "error"} in place of {@code "result"}.
 */
public final class Report {

    private Report() {}

    /**
     * Prints an answer.
     *
     * @param out the standard output
     * @param command the name of the command
     * @param answer what it found or did
     * @param json whether to print JSON
     * @return the exit code
     */
    public static int answer(PrintWriter out, String command, Answer answer, boolean json) {
        int exit = answer.well() ? 0 : 1;
        if (json) {
            print(out, command, exit, "result", answer.json());
        } else {
            answer.lines().forEach(out::println);
        }
        out.flush();
        return exit;
    }

    /**
     * Prints the document of a command that failed.
     *
     * @param out the standard output
     * @param command the name of the command
     * @param exit the exit code
     * @param error what is wrong, and what to do
     */
    public static void error(PrintWriter out, String command, int exit, String error) {
        print(out, command, exit, "error", error);
        out.flush();
    }

    private static void print(PrintWriter out, String command, int exit, String name, Object value) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("command", command);
        document.put("exitCode", exit);
        document.put(name, value);
        out.println(Json.write(document));
    }
}
