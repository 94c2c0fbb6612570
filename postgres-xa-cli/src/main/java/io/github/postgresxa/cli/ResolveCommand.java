package io.github.postgresxa.cli;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.operations.BranchFilter;
import io.github.postgresxa.operations.BulkRequest;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resolve",
        description = {
            "Settles transactions of postgres-xa by hand: writes their decisions, then finishes their branches.",
            "A running application with the same nodes, or the command recover, does this by itself where the home "
                    + "answers; this is for when a home or a transaction manager is lost.",
            "Give one id with --expect; or several, or conditions, or --all, and look at a --dry-run first."
        })
final class ResolveCommand extends NodeCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "<id|gid>... <action>",
            description = "The transactions, by id or by the name of a branch as list shows them; then commit or "
                    + "rollback.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--all", description = "Every transaction that has a branch on these nodes.")
    private boolean all;

    @Option(
            names = "--older-than",
            paramLabel = "<time>",
            description = "Every transaction whose branches have been prepared for longer: 90s, 10m, 2h, 1d.")
    private @Nullable String olderThan;

    @Option(
            names = "--prepared-on",
            paramLabel = "<node>",
            description = "Every transaction that has a branch on this node.")
    private @Nullable String preparedOn;

    @Option(
            names = "--role",
            paramLabel = "<role>",
            description = "Every transaction that this database role has prepared: that of one application, say.")
    private @Nullable String role;

    @Option(
            names = "--manager",
            paramLabel = "<name>",
            description = "Every transaction of the transaction manager that 'list' shows with this name.")
    private @Nullable String manager;

    @Option(names = "--dry-run", description = "Only say what would happen, and why.")
    private boolean dryRun;

    @Option(
            names = "--expect",
            paramLabel = "<decision>",
            description = "The decision that 'explain' showed: ${COMPLETION-CANDIDATES}. What has another one is left "
                    + "alone. Needed for a single transaction, and with --force.")
    private @Nullable DecisionState expected;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "<text>",
            description = "Why, for the log, and the record of what is forced.")
    private String reason;

    @Option(
            names = "--force",
            description = "Act against a decision, or without one. The nodes may disagree for ever afterwards.")
    private boolean force;

    @Option(
            names = "--without",
            paramLabel = "<name>",
            description = "Something that is gone for good: a node that does not answer, or the identity of a home "
                    + "that no node has. Force is refused while anything else is missing. Repeatable.")
    private Set<String> without = new LinkedHashSet<>();

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ResolveCommand() {}

    @Override
    Answer run(Operations operations) {
        operations.requireManaging("resolve");
        ResolveAction action = action(words.get(words.size() - 1));
        boolean condition = all || olderThan != null || preparedOn != null || role != null || manager != null;
        if (words.size() == 1 && !condition) {
            throw new IllegalArgumentException(
                    "No transaction is selected. Give ids, conditions (--older-than, --prepared-on, --role, --manager)"
                            + " or --all.");
        }
        DecisionState state = expected;
        boolean single = words.size() == 2 && !condition && !dryRun;
        if (single && state == null) {
            throw new IllegalArgumentException(
                    "Say with --expect which decision 'explain' showed: none, commit, rollback or unknown.");
        }
        Duration age = olderThan == null ? Duration.ZERO : BranchFilter.age(olderThan);
        Set<TransactionId> ids = ids(operations);
        SettlementReport report = new SettlementReport(requestedBy(), reason);
        if (single && state != null) {
            return report.of(operations.resolve(
                    new ResolveRequest(ids.iterator().next(), action, state, reason, requestedBy(), force)
                            .without(without)));
        }
        return report.of(operations.resolve(new BulkRequest(
                new BranchFilter(ids, age, preparedOn, role, manager),
                action,
                state,
                reason,
                requestedBy(),
                force,
                without,
                dryRun)));
    }

    private Set<TransactionId> ids(Operations operations) {
        Set<TransactionId> ids = new LinkedHashSet<>();
        for (String word : words.subList(0, words.size() - 1)) {
            TransactionName name = new TransactionName(word);
            ids.add(name.id().orElseThrow(() -> new ForeignTransaction(name, operations).refusal()));
        }
        return ids;
    }

    private static ResolveAction action(String word) {
        try {
            return ResolveAction.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is no action: end with commit or rollback.".formatted(word), e);
        }
    }
}
