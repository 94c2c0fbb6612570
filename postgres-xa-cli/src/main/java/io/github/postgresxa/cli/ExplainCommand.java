package io.github.postgresxa.cli;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.BranchExplanation;
import io.github.postgresxa.operations.Explanation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description =
                "Explains one transaction: its decision, its branches, what they lock, who waits, what happens next. Changes nothing.")
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions nodes;

    @Parameters(paramLabel = "id", description = "The transaction's id, as logs, list and pgxa.decision show it.")
    private String id;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ExplainCommand() {}

    @Override
    public Integer call() {
        Explanation explanation = nodes.operations().explain(TransactionId.parse(id));
        PrintWriter out = spec.commandLine().getOut();
        out.printf("transaction %s%n  decision: %s", explanation.transaction(), explanation.state());
        out.printf(explanation.home() == null ? "%n" : ", kept at %s%n", explanation.home());
        out.printf("  %s%n", explanation.summary());
        explanation.branches().forEach(branch -> print(out, branch));
        explanation.unreachable().forEach((node, problem) -> out.printf("%s does not answer: %s%n", node, problem));
        out.flush();
        return 0;
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
                        session.application().replaceAll("\\p{Cntrl}", "?")));
    }
}
