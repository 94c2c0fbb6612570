package io.github.postgresxa.cli;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.BranchFilter;
import io.github.postgresxa.operations.BulkRequest;
import io.github.postgresxa.operations.BulkResolution;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resolve",
        mixinStandardHelpOptions = true,
        description = {
            "Settles transactions of postgres-xa by hand: writes their decisions, then finishes their branches.",
            "A running application with the same nodes, or the command recover, does this by itself where the home "
                    + "answers; this is for when a home or a transaction manager is lost.",
            "Give one id with --expect; or several, or conditions, or --all, and look at a --dry-run first."
        })
final class ResolveCommand extends NodeCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "id... action",
            description = "The transactions' ids, then commit or rollback.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--all", description = "Every transaction that has a branch on these nodes.")
    private boolean all;

    @Option(
            names = "--older-than",
            paramLabel = "time",
            description = "Every transaction whose branches have been prepared for longer: 90s, 10m, 2h, 1d.")
    private @Nullable String olderThan;

    @Option(
            names = "--prepared-on",
            paramLabel = "node",
            description = "Every transaction that has a branch on this node.")
    private @Nullable String preparedOn;

    @Option(
            names = "--role",
            paramLabel = "role",
            description = "Every transaction that this database role has prepared: that of one application, say.")
    private @Nullable String role;

    @Option(
            names = "--manager",
            paramLabel = "name",
            description = "Every transaction of the transaction manager that 'list' shows with this name.")
    private @Nullable String manager;

    @Option(names = "--dry-run", description = "Only say what would happen, and why.")
    private boolean dryRun;

    @Option(
            names = "--expect",
            description = "The decision that 'explain' showed: ${COMPLETION-CANDIDATES}. What has another one is left "
                    + "alone. Needed for a single transaction, and with --force.")
    private @Nullable DecisionState expected;

    @Option(names = "--reason", required = true, description = "Why, for the log, and the record of what is forced.")
    private String reason;

    @Option(
            names = "--force",
            description = "Act against a decision, or without one. The nodes may disagree for ever afterwards.")
    private boolean force;

    @Option(
            names = "--without",
            paramLabel = "name",
            description = "Something that is gone for good: a node that does not answer, or the identity of a home "
                    + "that no node has. Force is refused while anything else is missing. Repeatable.")
    private Set<String> without = new LinkedHashSet<>();

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ResolveCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        ResolveAction action = action(words.get(words.size() - 1));
        Set<TransactionId> ids = words.subList(0, words.size() - 1).stream()
                .map(TransactionId::parse)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        boolean condition = all || olderThan != null || preparedOn != null || role != null || manager != null;
        if (ids.isEmpty() && !condition) {
            throw new IllegalArgumentException(
                    "No transaction is selected. Give ids, conditions (--older-than, --prepared-on, --role, --manager)"
                            + " or --all.");
        }
        DecisionState state = expected;
        if (ids.size() == 1 && !condition && !dryRun) {
            if (state == null) {
                throw new IllegalArgumentException(
                        "Say with --expect which decision 'explain' showed: none, commit, rollback or unknown.");
            }
            return one(operations, out, ids.iterator().next(), action, state);
        }
        BranchFilter filter = new BranchFilter(ids, age(olderThan), preparedOn, role, manager);
        return many(
                operations.resolve(
                        new BulkRequest(filter, action, state, reason, requestedBy(), force, without, dryRun)),
                out);
    }

    private int one(
            Operations operations, PrintWriter out, TransactionId id, ResolveAction action, DecisionState state) {
        Resolution done = operations.resolve(
                new ResolveRequest(id, action, state, reason, requestedBy(), force).without(without));
        out.printf("transaction %s: %s%s%n", done.transaction(), done.action(), done.forced() ? ", forced" : "");
        done.branches().forEach(branch -> out.printf("  %s: %s (%s)%n", branch.node(), branch.result(), branch.gid()));
        if (!done.next().isEmpty()) {
            out.println(done.next());
        }
        return done.complete() ? 0 : 1;
    }

    private static int many(BulkResolution done, PrintWriter out) {
        done.transactions()
                .forEach(t -> out.printf(
                        "%s: %s%s: %s%n",
                        t.transaction(),
                        t.result().name().toLowerCase(Locale.ROOT),
                        t.forced() ? ", forced" : "",
                        t.why()));
        done.transactions()
                .forEach(t -> t.branches().stream()
                        .filter(b -> !b.ended())
                        .forEach(b -> out.printf("  %s: %s (%s)%n", b.node(), b.result(), b.gid())));
        done.unreached().forEach((node, problem) -> out.printf("%s does not answer: %s%n", node, problem));
        if (done.more()) {
            out.println("A node has more branches than one order reads: give the same order again.");
        }
        out.printf("%s%s%n", done.dryRun() ? "Dry run, nothing was done. " : "", done.summary());
        if (!done.next().isEmpty()) {
            out.println(done.next());
        }
        return done.complete() ? 0 : 1;
    }

    private static ResolveAction action(String word) {
        try {
            return ResolveAction.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is no action: end with commit or rollback.".formatted(word), e);
        }
    }

    private static Duration age(@Nullable String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        try {
            String upper = text.toUpperCase(Locale.ROOT);
            return Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
        } catch (java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException("'%s' is no time: write 90s, 10m, 2h or 1d.".formatted(text), e);
        }
    }
}
