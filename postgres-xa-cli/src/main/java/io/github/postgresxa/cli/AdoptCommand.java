package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Fields;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.AdoptRequest;
import io.github.postgresxa.operations.Adoption;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Origin;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "adopt",
        description = {
            "Adopts a database that has the identity of another one. Until then it takes part in no transaction.",
            "Name all nodes of the application: the command checks them against the request. The role must own "
                    + "the schema."
        })
final class AdoptCommand extends NodeCommand {

    @Parameters(index = "0", paramLabel = "<node>", description = "The node that leads to the database.")
    private String node;

    @Parameters(
            index = "1",
            paramLabel = "<origin>",
            description = "${COMPLETION-CANDIDATES}. A copy gets a new identity and an empty log. A moved database "
                    + "keeps both; its original is gone for good.")
    private Origin origin;

    @Option(names = "--reason", required = true, paramLabel = "<text>", description = "Why, for the record.")
    private String reason;

    @Option(names = "--force", description = "Adopt even if what the nodes show contradicts it.")
    private boolean force;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    private AdoptCommand() {}

    @Override
    Answer run(Operations operations) {
        Adoption done = operations.adopt(new AdoptRequest(node, origin, reason, requestedBy(), force));
        Text text = text();
        if (!done.unknown().isEmpty()) {
            text.addWithCommand(0, "UNKNOWN: " + done.unknown());
            text.add(0, "By order of %s, reason: %s".formatted(requestedBy(), reason));
            return new Answer(false, text.lines(), json(done));
        }
        text.add(
                0,
                "node %s: adopted as %s, identity %s (was %s), by order of %s, reason: %s"
                        .formatted(done.node(), done.origin(), done.now(), done.before(), requestedBy(), reason));
        if (!done.foreign().isEmpty()) {
            text.add(2, "These are prepared here and belong to its original. Now that this is known to be the copy:");
        }
        done.foreign().forEach(gid -> text.command(4, "ROLLBACK PREPARED '%s';".formatted(gid)));
        return new Answer(true, text.lines(), json(done));
    }

    private Map<String, @Nullable Object> json(Adoption done) {
        return Fields.of(
                "node",
                done.node(),
                "origin",
                done.origin(),
                "before",
                done.before(),
                "now",
                done.now(),
                "foreign",
                done.foreign(),
                "unknown",
                done.unknown(),
                "requestedBy",
                requestedBy(),
                "reason",
                reason);
    }
}
