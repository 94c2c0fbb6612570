package io.github.postgresxa.cli;

import io.github.postgresxa.cli.output.Answer;
import io.github.postgresxa.cli.output.Report;
import io.github.postgresxa.cli.output.Text;
import io.github.postgresxa.operations.Operations;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that queries nodes. */
abstract class NodeCommand implements Callable<Integer> {

    @ParentCommand
    private Main main;

    @Mixin
    private NodeOptions nodes;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    NodeCommand() {}

    @Override
    public final Integer call() {
        return Report.answer(spec.commandLine().getOut(), spec.name(), run(nodes.operations()), main.json());
    }

    /** Queries the nodes, or carries the order out. */
    abstract Answer run(Operations operations);

    /** {@return a text that fits the terminal} */
    static Text text() {
        return new Text(width());
    }

    static int width() {
        return Text.width(System.getenv());
    }

    /** Adds the nodes that did not answer. */
    static void unreachable(Text text, Map<String, String> unreachable) {
        unreachable.forEach((node, problem) -> text.add(0, "%s does not answer: %s".formatted(node, problem)));
        if (unreachable.values().stream().anyMatch(problem -> problem.contains("password"))) {
            text.add(0, Main.PASSWORDS);
        }
    }

    /** {@return how to pass a password} */
    static List<String> password() {
        Text text = text();
        text.add(0, Main.PASSWORDS);
        return text.lines();
    }

    /** {@return who gives an order, as far as this machine knows: user and host} */
    static String requestedBy() {
        String user = System.getProperty("user.name", "console");
        try {
            return user + "@" + InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return user;
        }
    }
}
