package io.github.postgresxa.test.server;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runs a program of the operating system or of PostgreSQL and waits for its end. */
final class Command {
    private Command() {}

    /** PostgreSQL refuses to run as root, so root runs it in a user namespace in which it is another user. */
    static List<String> unprivileged(List<String> command) {
        var all = new ArrayList<String>();
        if (LinuxUtils.isUnshareAvailable()) {
            all.addAll(List.of("unshare", "-U"));
        }
        all.addAll(command);
        return all;
    }

    /**
     * {@return what the program printed}
     *
     * @throws IllegalStateException with the output if the program fails
     */
    static String run(List<String> command) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        try {
            var process = builder.start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("'%s' failed with status %d: %s%s"
                        .formatted(String.join(" ", command), status, output.strip(), advice(output)));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run '%s'".formatted(String.join(" ", command)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while '%s' ran".formatted(String.join(" ", command)), e);
        }
    }

    private static String advice(String output) {
        return output.contains("as root")
                ? " (root needs user namespaces, as 'unshare -U' makes them: allow them, or be another user)"
                : "";
    }
}
