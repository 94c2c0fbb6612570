package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedPage;
import io.github.postgresxa.operations.PreparedTransaction;
import io.github.postgresxa.operations.PreparedTransactions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "Lists what is prepared on each server, oldest first, and the program that prepared it. Exit "
                + "code 1 if a node does not answer.")
final class ListCommand extends NodeCommand {

    private static final List<String> HEADER = List.of("NODE", "AGE", "OWNER", "ROLE", "DATABASE", "NAME (GID)");

    @Option(
            names = "--page",
            paramLabel = "<n>",
            defaultValue = "0",
            description = "The page, counted from 0; default ${DEFAULT-VALUE}.")
    private int page;

    @Option(
            names = "--size",
            paramLabel = "<n>",
            defaultValue = "100",
            description = "The most entries of each node, 1 to 1000; default ${DEFAULT-VALUE}.")
    private int size;

    @Option(
            names = "--grouped",
            description = "Put the branches together to global transactions, and name the nodes without one.")
    private boolean grouped;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ListCommand() {}

    @Override
    Answer run(Operations operations) {
        if (grouped) {
            return grouped(operations.transactions());
        }
        PreparedPage found = operations.prepared(page, size);
        Text text = text();
        if (!found.entries().isEmpty()) {
            text.add(0, "Prepared transactions, on each node the oldest first:");
            text.table(HEADER, found.entries().stream().map(ListCommand::row).toList());
            text.line("");
        }
        Integer next = next(found);
        found.totals().forEach((node, total) -> text.add(0, node + ": " + shown(found, node, total)));
        unreachable(text, found.unreachable());
        if (next != null) {
            text.add(0, "next: --page " + next + (size == 100 ? "" : " --size " + size));
        }
        return new Answer(found.unreachable().isEmpty(), text.lines(), json(found, next));
    }

    private static Answer grouped(PreparedTransactions found) {
        Text text = text();
        for (PreparedTransaction transaction : found.transactions()) {
            text.add(0, "Transaction " + transaction.id());
            text.add(
                    2,
                    "prepared by %s, the oldest branch %s ago"
                            .formatted(transaction.ownerTitle(), Text.age(transaction.age())));
            if (transaction.xid() != null) {
                text.add(
                        2,
                        "format id %d, global id %s"
                                .formatted(
                                        transaction.xid().formatId(),
                                        transaction.xid().globalId()));
            }
            transaction
                    .branches()
                    .forEach(branch -> text.add(
                            2,
                            "%s, database %s, role %s: %s"
                                    .formatted(branch.node(), branch.database(), branch.role(), branch.gid())));
            if (!transaction.notPreparedOn().isEmpty()) {
                text.add(2, "not prepared on: " + String.join(", ", transaction.notPreparedOn()));
            }
            text.line("");
        }
        text.add(0, Text.number(found.transactions().size()) + " transactions");
        found.cut().forEach(node -> text.add(0, node + " lists more than were read"));
        unreachable(text, found.unreachable());
        return new Answer(
                found.unreachable().isEmpty(),
                text.lines(),
                Fields.of(
                        "transactions",
                        found.transactions().stream().map(Fields::of).toList(),
                        "cut",
                        found.cut(),
                        "unreachable",
                        found.unreachable()));
    }

    private static List<String> row(PreparedEntry entry) {
        return List.of(
                entry.node(),
                Text.age(entry.age()),
                entry.owner().title() + (entry.instance().isEmpty() ? "" : " (" + entry.instance() + ")"),
                entry.role(),
                entry.database(),
                entry.gid());
    }

    private static String shown(PreparedPage found, String node, long total) {
        long shown = found.entries().stream().filter(e -> e.node().equals(node)).count();
        if (total == 0) {
            return "0 prepared";
        }
        return shown == total ? Text.number(total) + " prepared" : Text.number(shown) + " of " + Text.number(total);
    }

    /** {@return the next page, or null if this one is the last} */
    private @Nullable Integer next(PreparedPage found) {
        long end = (page + 1L) * size;
        return found.totals().values().stream().anyMatch(total -> total > end) ? page + 1 : null;
    }

    private Map<String, @Nullable Object> json(PreparedPage found, @Nullable Integer next) {
        return Fields.of(
                "page",
                page,
                "size",
                size,
                "nextPage",
                next,
                "totals",
                found.totals(),
                "entries",
                Fields.of(found.entries()),
                "unreachable",
                found.unreachable());
    }
}
