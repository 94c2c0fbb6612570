package io.github.postgresxa.cli;

import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedPage;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists what is prepared on each server, oldest first, and the program that prepared it. Exit "
                + "code 1 if a node does not answer.")
final class ListCommand extends NodeCommand {

    @Option(names = "--page", defaultValue = "0", description = "The page, counted from 0, default ${DEFAULT-VALUE}.")
    private int page;

    @Option(
            names = "--size",
            defaultValue = "100",
            description = "The most entries of each node, 1 to 1000, default ${DEFAULT-VALUE}.")
    private int size;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ListCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        PreparedPage found = operations.prepared(page, size);
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
        return found.unreachable().isEmpty() ? 0 : 1;
    }
}
