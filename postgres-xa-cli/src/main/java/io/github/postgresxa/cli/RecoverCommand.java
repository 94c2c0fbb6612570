package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.RecoveryResult;
import picocli.CommandLine.Command;

@Command(
        name = "recover",
        description = {
            "Recovers all nodes now, with the code that applications run, and beside them: finishes every branch of "
                    + "postgres-xa whose decision can be learned.",
            "Name all nodes. Exit code 1 if a node does not answer or a branch stays in doubt."
        })
final class RecoverCommand extends NodeCommand {

    private RecoverCommand() {}

    @Override
    Answer run(Operations operations) {
        RecoveryResult done = operations.recover();
        Text text = text();
        text.add(
                0,
                "Branches: %d committed, %d rolled back, in %d ms"
                        .formatted(
                                done.report().committed(),
                                done.report().rolledBack(),
                                done.report().took().toMillis()));
        if (done.report().left() > 0) {
            text.add(
                    0,
                    "%d left to their coordinators or transaction managers"
                            .formatted(done.report().left()));
        }
        done.inDoubt()
                .forEach(branch -> text.add(
                        0,
                        "in doubt: transaction %s on %s: %s"
                                .formatted(branch.transaction(), branch.node(), branch.reason())));
        done.report().problems().forEach(problem -> text.add(0, "problem: " + problem));
        unreachable(text, done.unreachable());
        return new Answer(
                done.complete(),
                text.lines(),
                Fields.of(
                        "committed",
                        done.report().committed(),
                        "rolledBack",
                        done.report().rolledBack(),
                        "left",
                        done.report().left(),
                        "inDoubt",
                        done.inDoubt().stream()
                                .map(branch -> Fields.of(
                                        "transaction", branch.transaction(),
                                        "node", branch.node(),
                                        "gid", branch.gid(),
                                        "home", branch.home(),
                                        "ageSeconds", Fields.seconds(branch.age()),
                                        "reason", branch.reason()))
                                .toList(),
                        "problems",
                        done.report().problems(),
                        "unreachable",
                        done.unreachable(),
                        "complete",
                        done.complete()));
    }
}
