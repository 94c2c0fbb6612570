package io.github.postgresxa.cli;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.BranchExplanation;
import io.github.postgresxa.operations.Explanation;
import io.github.postgresxa.operations.Operations;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Explains one transaction: its decision, its branches, what they lock, which sessions wait, what "
                + "happens next. Changes nothing.")
final class ExplainCommand extends NodeCommand {

    @Parameters(paramLabel = "id", description = "The transaction's id, as logs, list and pgxa.decision show it.")
    private String id;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ExplainCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        Explanation explanation = operations.explain(TransactionId.parse(id));
        out.printf("transaction %s%n  decision: %s", explanation.transaction(), explanation.state());
        out.print(kept(explanation));
        out.printf("  %s%n", explanation.summary());
        explanation.branches().forEach(branch -> print(out, branch));
        explanation.unreachable().forEach((node, problem) -> out.printf("%s does not answer: %s%n", node, problem));
        explanation.forced().forEach(record -> out.printf("forced: %s%n", record.text()));
        return 0;
    }

    private static String kept(Explanation explanation) {
        if (explanation.home() == null) {
            return System.lineSeparator();
        }
        return explanation.homeCandidates().isEmpty()
                ? ", kept at %s%n".formatted(explanation.home())
                : ", kept at a node that does not answer, perhaps %s (identity %s)%n"
                        .formatted(String.join(" or ", explanation.homeCandidates()), explanation.home());
    }

    private static void print(PrintWriter out, BranchExplanation branch) {
        out.printf(
                "branch on %s, prepared %d s ago by role %s%n  %s%n  %s%n",
                branch.node(), branch.age().toSeconds(), branch.role(), branch.gid(), branch.verdict());
        out.printf(
                "  VACUUM: %d transactions began since it did%s%n",
                branch.xidAge(),
                branch.holdsBackVacuum() ? "; nothing on that server is older, so it holds VACUUM back" : "");
        branch.locks().forEach(lock -> out.printf("  lock: %s %s %s%n", lock.type(), lock.mode(), lock.object()));
        branch.waiting()
                .forEach(session -> out.printf(
                        "  waiting for a %s since %d s: process %d, role %s, application '%s'%n",
                        session.waitsFor(),
                        session.since().toSeconds(),
                        session.pid(),
                        session.role(),
                        printable(session.application())));
    }
}
