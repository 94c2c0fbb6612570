package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.BulkResolution;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an order did. There is no log: the text says who gave the order and why. */
final class SettlementReport {

    private final String requestedBy;
    private final String reason;

    SettlementReport(String requestedBy, String reason) {
        this.requestedBy = requestedBy;
        this.reason = reason;
    }

    Answer of(Resolution done) {
        Text text = NodeCommand.text();
        text.add(
                0,
                "transaction %s: %s%s, decision before: %s, by order of %s, reason: %s"
                        .formatted(
                                done.transaction(),
                                done.action(),
                                done.forced() ? ", forced" : "",
                                done.before(),
                                requestedBy,
                                reason));
        if (!done.unknown().isEmpty()) {
            text.add(0, "UNKNOWN: " + done.unknown());
        }
        done.branches().forEach(branch -> add(text, branch));
        text.addWithCommand(0, done.next());
        return new Answer(
                done.complete(),
                text.lines(),
                Fields.of(
                        "transaction",
                        done.transaction(),
                        "action",
                        done.action(),
                        "before",
                        done.before(),
                        "forced",
                        done.forced(),
                        "complete",
                        done.complete(),
                        "branches",
                        done.branches().stream().map(Fields::of).toList(),
                        "unreached",
                        done.unreached(),
                        "unknown",
                        done.unknown(),
                        "next",
                        done.next(),
                        "requestedBy",
                        requestedBy,
                        "reason",
                        reason));
    }

    Answer of(BulkResolution done) {
        Text text = NodeCommand.text();
        for (BulkResolution.Item item : done.transactions()) {
            List<Resolution.BranchResult> open =
                    item.branches().stream().filter(branch -> !branch.ended()).toList();
            Set<String> away = open.stream()
                    .map(Resolution.BranchResult::node)
                    .filter(done.unreached()::containsKey)
                    .collect(Collectors.toCollection(TreeSet::new));
            text.add(
                    0,
                    "%s: %s%s: %s%s"
                            .formatted(
                                    item.transaction(),
                                    result(item, done),
                                    item.forced() ? ", forced" : "",
                                    item.why(),
                                    away.isEmpty() ? "" : "; not ended on " + String.join(", ", away)));
            open.stream().filter(branch -> !away.contains(branch.node())).forEach(branch -> add(text, branch));
        }
        if (done.next().isEmpty()) {
            NodeCommand.unreachable(text, done.unreached());
        }
        if (done.transactions().isEmpty()) {
            text.add(0, "Nothing is prepared on the nodes that answer that fits this order.");
        }
        if (done.more()) {
            text.add(0, "A node has more branches than one order reads: give the same order again.");
        }
        text.add(0, (done.dryRun() ? "Dry run, nothing was done. " : "") + done.summary());
        if (!done.dryRun()) {
            text.add(0, "By order of %s, reason: %s".formatted(requestedBy, reason));
        }
        text.addWithCommand(0, done.next());
        return new Answer(done.complete(), text.lines(), json(done));
    }

    private static String result(BulkResolution.Item item, BulkResolution done) {
        return item.result() == BulkResolution.Result.SETTLED
                ? (done.dryRun() ? "would be " : "")
                        + (done.action() == ResolveAction.COMMIT ? "committed" : "rolled back")
                : item.result().name().toLowerCase(Locale.ROOT);
    }

    private static void add(Text text, Resolution.BranchResult branch) {
        text.add(2, branch.node() + ": " + branch.result());
        text.add(4, branch.gid());
    }

    private Map<String, @Nullable Object> json(BulkResolution done) {
        return Fields.of(
                "action",
                done.action(),
                "dryRun",
                done.dryRun(),
                "complete",
                done.complete(),
                "summary",
                done.summary(),
                "transactions",
                done.transactions().stream().map(SettlementReport::json).toList(),
                "unreached",
                done.unreached(),
                "more",
                done.more(),
                "next",
                done.next(),
                "requestedBy",
                requestedBy,
                "reason",
                reason);
    }

    private static Map<String, @Nullable Object> json(BulkResolution.Item item) {
        return Fields.of(
                "transaction",
                item.transaction(),
                "before",
                item.before(),
                "home",
                item.home(),
                "result",
                item.result(),
                "forced",
                item.forced(),
                "why",
                item.why(),
                "branches",
                item.branches().stream().map(Fields::of).toList());
    }
}
