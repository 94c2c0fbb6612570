package io.github.postgresxa.cli;

import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedPage;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Lists what is prepared on each server, oldest first, with whoever prepared it. Exit code 1 if a node does not answer.")
final class ListCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions nodes;

    @Option(names = "--page", defaultValue = "0", description = "Counted from 0, default ${DEFAULT-VALUE}.")
    private int page;

    @Option(
            names = "--size",
            defaultValue = "100",
            description = "The most entries of each node, 1 to 1000, default ${DEFAULT-VALUE}.")
    private int size;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ListCommand() {}

    @Override
    public Integer call() {
        PreparedPage found = nodes.operations().prepared(page, size);
        PrintWriter out = spec.commandLine().getOut();
        for (PreparedEntry entry : found.entries()) {
            out.printf(
                    "%-12s %8d s  %-24s %-16s %-16s %s%n",
                    entry.node(),
                    entry.age().toSeconds(),
                    entry.owner().title() + (entry.instance().isEmpty() ? "" : " (" + entry.instance() + ")"),
                    entry.role(),
                    entry.database(),
                    printable(entry.gid()));
        }
        found.totals().forEach((node, total) -> out.printf("%s: %d prepared%n", node, total));
        found.unreachable().forEach((node, problem) -> out.printf("%s does not answer: %s%n", node, problem));
        out.flush();
        return found.unreachable().isEmpty() ? 0 : 1;
    }

    /** Others choose their names as they like: none may move the cursor of a terminal. */
    private static String printable(String gid) {
        return gid.replaceAll("\\p{Cntrl}", "?");
    }
}
