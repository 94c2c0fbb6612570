package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.BranchExplanation;
import io.github.postgresxa.operations.Explanation;
import io.github.postgresxa.operations.HeldLock;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.WaitingSession;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        description = "Explains one transaction: its decision, its branches, what they lock, which sessions wait, what "
                + "happens next. Changes nothing. Exit code 1 if a node does not answer, or nothing has that name.")
final class ExplainCommand extends NodeCommand {

    @Parameters(
            paramLabel = "<id|gid>",
            description = "The transaction's id, as logs, list and pgxa.decision show it; or the name of what is "
                    + "prepared, as list and pg_prepared_xacts show it, of this project or of others.")
    private String id;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ExplainCommand() {}

    @Override
    Answer run(Operations operations) {
        TransactionName name = new TransactionName(id);
        if (operations.isObserving()) {
            return new ForeignTransaction(name, operations).explained();
        }
        return name.id()
                .map(ours -> explained(operations.explain(ours)))
                .orElseGet(() -> new ForeignTransaction(name, operations).explained());
    }

    private static Answer explained(Explanation found) {
        Text text = text();
        text.add(0, "Transaction " + found.transaction());
        text.add(2, "decision: " + found.state() + kept(found));
        text.addWithCommand(2, found.summary());
        found.branches().forEach(branch -> add(text, branch));
        unreachable(text, found.unreachable());
        found.forced().forEach(record -> text.add(0, "forced: " + record.text()));
        return new Answer(
                found.unreachable().isEmpty(),
                text.lines(),
                Fields.of(
                        "transaction",
                        found.transaction(),
                        "decision",
                        found.state(),
                        "home",
                        found.home(),
                        "homeCandidates",
                        found.homeCandidates(),
                        "summary",
                        found.summary(),
                        "branches",
                        found.branches().stream().map(ExplainCommand::json).toList(),
                        "unreachable",
                        found.unreachable(),
                        "forced",
                        found.forced().stream().map(Fields::of).toList()));
    }

    private static String kept(Explanation found) {
        if (found.home() == null) {
            return "";
        }
        return found.homeCandidates().isEmpty()
                ? ", kept at " + found.home()
                : ", kept at a node that does not answer, perhaps %s (identity %s)"
                        .formatted(String.join(" or ", found.homeCandidates()), found.home());
    }

    private static void add(Text text, BranchExplanation branch) {
        text.line("");
        text.add(
                0,
                "Branch on %s, prepared %s ago by role %s"
                        .formatted(branch.node(), Text.age(branch.age()), branch.role()));
        text.add(2, branch.gid());
        text.add(2, branch.verdict());
        text.add(
                2,
                "VACUUM: %s transactions began since it did%s"
                        .formatted(
                                Text.number(branch.xidAge()),
                                branch.holdsBackVacuum()
                                        ? "; nothing on that server is older, so it holds VACUUM back"
                                        : ""));
        addLocks(text, branch);
    }

    /** Adds what a branch locks, and who waits for it. */
    static void addLocks(Text text, BranchExplanation branch) {
        branch.locks().forEach(lock -> text.add(2, "lock: " + described(lock)));
        branch.waiting()
                .forEach(session -> text.add(
                        2,
                        "waiting for a %s for %s: process %d, role %s, application '%s'"
                                .formatted(
                                        session.waitsFor(),
                                        Text.age(session.since()),
                                        session.pid(),
                                        session.role(),
                                        session.application())));
    }

    private static String described(HeldLock lock) {
        return "%s %s %s".formatted(lock.type(), lock.mode(), lock.object()).strip();
    }

    static Map<String, @Nullable Object> json(BranchExplanation branch) {
        return Fields.of(
                "node", branch.node(),
                "gid", branch.gid(),
                "role", branch.role(),
                "ageSeconds", Fields.seconds(branch.age()),
                "verdict", branch.verdict(),
                "locks", branch.locks().stream().map(ExplainCommand::json).toList(),
                "waiting", branch.waiting().stream().map(ExplainCommand::json).toList(),
                "xidAge", branch.xidAge(),
                "holdsBackVacuum", branch.holdsBackVacuum());
    }

    private static Map<String, @Nullable Object> json(HeldLock lock) {
        return Fields.of("type", lock.type(), "mode", lock.mode(), "object", lock.object());
    }

    private static Map<String, @Nullable Object> json(WaitingSession session) {
        return Fields.of(
                "pid", session.pid(),
                "role", session.role(),
                "application", session.application(),
                "waitsFor", session.waitsFor(),
                "sinceSeconds", Fields.seconds(session.since()));
    }
}
