package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoveryRole;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * How a person at a console calls the command-line jar, so that printed commands run as they are.
 *
 * @param program the words that start it
 * @param options the options that name the nodes and the schema
 */
public record Console(String program, String options) {

    private static final String PROGRAM = "java -jar postgres-xa-cli.jar";

    /** Names each node by an option of its own. A password is never part of it. */
    static Console naming(Collection<NodeSettings> nodes, String schema) {
        String all = nodes.stream()
                .map(node -> "--node " + Shell.quoted(node.name() + "=" + url(node)))
                .collect(Collectors.joining(" "));
        String other = DecisionSettings.DEFAULT.schema().equals(schema) ? "" : " --schema " + schema;
        return new Console(PROGRAM, all + other);
    }

    /** {@return the URL with the role and without passwords} */
    private static String url(NodeSettings node) {
        String[] parts = node.url().split("\\?", 2);
        String properties = parts.length == 1
                ? ""
                : Arrays.stream(parts[1].split("&"))
                        .filter(property -> !property.startsWith("password=") && !property.startsWith("user="))
                        .collect(Collectors.joining("&"));
        RecoveryRole recovery = node.recoveryRole();
        String user = recovery == null ? ServerAddress.of(node).user() : recovery.username();
        if (user != null) {
            properties += (properties.isEmpty() ? "" : "&")
                    + "user="
                    + URLEncoder.encode(user, StandardCharsets.UTF_8).replace("+", "%20");
        }
        return properties.isEmpty() ? parts[0] : parts[0] + "?" + properties;
    }

    /** {@return the same for nodes whose transactions others manage} */
    Console observing() {
        return new Console(program, options + " --observe");
    }

    /** {@return a command about the nodes, as a finding prints it} */
    String command(String words) {
        return "$ " + program + " " + words + (options.isEmpty() ? "" : " " + options);
    }

    /** {@return the command that brings the schema of a node to this release's version} */
    String schema(NodeSettings node, String schema) {
        return "$ %s schema --schema %s | psql -v ON_ERROR_STOP=1 %s"
                .formatted(program, schema, Shell.quoted(ServerAddress.of(node).uri()));
    }
}
