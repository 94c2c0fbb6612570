package io.github.postgresxa.cli;

import io.github.postgresxa.operations.AdoptRequest;
import io.github.postgresxa.operations.Adoption;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Origin;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        description = {
            "Adopts a database that has the identity of another one. Until then it takes part in no transaction.",
            "Name all nodes of the application: the command checks them against the request. The role must own "
                    + "the schema."
        })
final class AdoptCommand extends NodeCommand {

    @Parameters(index = "0", paramLabel = "node", description = "The node that leads to the database.")
    private String node;

    @Parameters(
            index = "1",
            paramLabel = "origin",
            description = "${COMPLETION-CANDIDATES}. A copy gets a new identity and an empty log. A moved database "
                    + "keeps both; its original is gone for good.")
    private Origin origin;

    @Option(names = "--reason", required = true, description = "Why, for the log.")
    private String reason;

    @Option(names = "--force", description = "Adopt even if what the nodes show contradicts it.")
    private boolean force;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private AdoptCommand() {}

    @Override
    int run(Operations operations, PrintWriter out) {
        Adoption done = operations.adopt(new AdoptRequest(node, origin, reason, requestedBy(), force));
        out.printf(
                "node %s: adopted as %s, identity %s (was %s)%n",
                done.node(), done.origin(), done.now(), done.before());
        done.foreign()
                .forEach(gid -> out.printf(
                        "  prepared here, and its original's: ROLLBACK PREPARED '%s' when you know that this is "
                                + "the copy%n",
                        gid));
        return 0;
    }
}
