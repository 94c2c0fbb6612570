package io.github.postgresxa.cli;

import io.github.postgresxa.cli.config.ConfigException;
import io.github.postgresxa.cli.config.NodeChoice;
import io.github.postgresxa.cli.config.NodeConfiguration;
import io.github.postgresxa.cli.config.Profiles;
import io.github.postgresxa.cli.config.Surroundings;
import io.github.postgresxa.operations.Console;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the nodes. A password is never an argument: other users of the machine could read it. */
final class NodeOptions {

    /** The driver logs what it cannot parse, and what is said about it here is enough. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    @Option(
            names = "--node",
            paramLabel = "<name=url>",
            description = "A node, for example east=jdbc:postgresql://db1/bank. Repeat it for each node.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--user",
            paramLabel = "<role>",
            description = "The role for all nodes, else the one of the file, else PGUSER. Only the owner of a prepared "
                    + "transaction, or a member of it, can finish it.")
    private @Nullable String user;

    @Option(names = "--password", description = "Ask for the password.")
    private boolean ask;

    @Option(
            names = "--config",
            paramLabel = "<file>",
            description = "The application's configuration, YAML or properties, or a file with the same names "
                    + "(postgres.xa.nodes...). Its placeholders are replaced.")
    private @Nullable Path config;

    @Option(
            names = "--profile",
            paramLabel = "<name>",
            description = "The active profile of the file, with commas if there are several. Default is what the file "
                    + "or SPRING_PROFILES_ACTIVE says.")
    private @Nullable String profile;

    @Option(
            names = "--schema",
            paramLabel = "<name>",
            description = "The schema of the decision log, else the one of the file, else pgxa.")
    private @Nullable String schema;

    @Option(
            names = "--observe",
            description = "Only look: others manage the transactions over these nodes (postgres.xa.mode=observe). "
                    + "Sessions are read-only, and no decision log is expected.")
    private boolean observe;

    private NodeOptions() {}

    Operations operations() {
        DRIVER.setLevel(Level.OFF);
        NodeConfiguration.Settings settings = NodeConfiguration.settings(
                new NodeChoice(urls(), user, password(), config, Profiles.names(profile), schema, observe),
                Surroundings.ofThisProcess());
        Console console = new Console(Program.words(), given());
        return settings.observing()
                ? Operations.observing(settings.nodes(), console)
                : Operations.on(settings.nodes(), settings.decision(), console);
    }

    private Map<String, String> urls() {
        Map<String, String> urls = new LinkedHashMap<>();
        for (String node : nodes) {
            String[] parts = node.split("=", 2);
            if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new ConfigException(
                        "--node %s is not understood: give a name and a URL, for example".formatted(node)
                                + " --node east=jdbc:postgresql://east:5432/bank.");
            }
            if (urls.put(parts[0], parts[1]) != null) {
                throw new ConfigException("Node '%s' is named twice.".formatted(parts[0]));
            }
        }
        return urls;
    }

    private @Nullable String password() {
        if (!ask) {
            return null;
        }
        java.io.Console terminal = System.console();
        char[] typed = terminal == null ? null : terminal.readPassword("Password: ");
        if (typed == null) {
            throw new ConfigException(
                    "--password asks at a terminal, and there is none. Use PGPASSWORD, .pgpass or --config.");
        }
        return new String(typed);
    }

    /** {@return the same options, for a printed command} */
    private String given() {
        List<String> words = new ArrayList<>();
        add(words, "--config", config == null ? null : config.toString());
        add(words, "--profile", profile);
        nodes.forEach(node -> add(words, "--node", node));
        add(words, "--user", user);
        add(words, "--schema", schema);
        if (ask) {
            words.add("--password");
        }
        if (observe) {
            words.add("--observe");
        }
        return String.join(" ", words);
    }

    private static void add(List<String> words, String option, @Nullable String value) {
        if (value != null) {
            words.add(option + " " + Shell.quoted(value));
        }
    }
}
