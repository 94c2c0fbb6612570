package io.github.postgresxa.cli;

import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.RecoveryResult;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = {
            "Recovers all nodes now, with the code that applications run, and beside them: finishes every branch of "
                    + "postgres-xa whose decision can be learned.",
            "Name all nodes. Exit code 1 if a node does not answer or a branch stays in doubt."
        })
final class RecoverCommand extends NodeCommand {

    private RecoverCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        RecoveryResult done = operations.recover();
        out.printf(
                "%d branches committed, %d rolled back, in %d ms%n",
                done.report().committed(),
                done.report().rolledBack(),
                done.report().took().toMillis());
        if (done.report().left() > 0) {
            out.printf(
                    "%d left to their coordinators or transaction managers%n",
                    done.report().left());
        }
        done.inDoubt()
                .forEach(branch -> out.printf(
                        "in doubt: transaction %s on %s: %s%n", branch.transaction(), branch.node(), branch.reason()));
        done.report().problems().forEach(problem -> out.printf("problem: %s%n", printable(problem)));
        done.unreachable().forEach((node, problem) -> out.printf("%s does not answer: %s%n", node, problem));
        return done.complete() ? 0 : 1;
    }
}
