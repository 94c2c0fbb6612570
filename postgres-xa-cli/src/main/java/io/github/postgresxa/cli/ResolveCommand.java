package io.github.postgresxa.cli;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Resolution;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "resolve",
        mixinStandardHelpOptions = true,
        description = {
            "Settles one transaction of postgres-xa by hand: writes its decision, then finishes its branches.",
            "A running application with the same nodes does this by itself; this is for when there is none."
        })
final class ResolveCommand extends NodeCommand {

    @Parameters(index = "0", paramLabel = "id", description = "The transaction's id.")
    private String id;

    @Parameters(index = "1", paramLabel = "action", description = "${COMPLETION-CANDIDATES}")
    private ResolveAction action;

    @Option(
            names = "--expect",
            required = true,
            description = "The decision that 'explain' showed: ${COMPLETION-CANDIDATES}. If it has changed since, "
                    + "nothing is done.")
    private DecisionState expected;

    @Option(names = "--reason", required = true, description = "Why, for the log.")
    private String reason;

    @Option(
            names = "--force",
            description = "Act against a decision, or without one. The nodes may disagree for ever afterwards.")
    private boolean force;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private ResolveCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        Resolution done = operations.resolve(new ResolveRequest(
                TransactionId.parse(id), action, expected, reason, System.getProperty("user.name", "console"), force));
        out.printf("transaction %s: %s%s%n", done.transaction(), done.action(), done.forced() ? ", forced" : "");
        done.branches().forEach(branch -> out.printf("  %s: %s (%s)%n", branch.node(), branch.result(), branch.gid()));
        return done.complete() ? 0 : 1;
    }
}
