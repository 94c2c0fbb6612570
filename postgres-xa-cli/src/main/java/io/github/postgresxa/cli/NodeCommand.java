package io.github.postgresxa.cli;

import io.github.postgresxa.operations.Operations;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that queries nodes. */
abstract class NodeCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions nodes;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    NodeCommand() {}

    @Override
    public final Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int exit = run(nodes.operations(), out);
        out.flush();
        return exit;
    }

    /** {@return the exit code} */
    abstract int run(Operations operations, PrintWriter out);

    /** {@return who gives an order, as far as this machine knows: user and host} */
    static String requestedBy() {
        String user = System.getProperty("user.name", "console");
        try {
            return user + "@" + InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return user;
        }
    }

    /** Other programs choose their names freely: none may move the cursor of a terminal. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
