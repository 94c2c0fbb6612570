package io.github.postgresxa.cli;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.operations.Operations;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the nodes. A password is never an argument: other users of the machine could read it. */
final class NodeOptions {

    private static final Pattern KEY = Pattern.compile("postgres\\.xa\\.nodes\\.([a-z][a-z0-9]*)\\.url");

    @Option(
            names = "--node",
            paramLabel = "name=url",
            description = "A node, for example east=jdbc:postgresql://east:5432/bank. Repeat it for each node.")
    private Map<String, String> nodes = new LinkedHashMap<>();

    @Option(
            names = "--user",
            description = "The role for all nodes. Only the owner of a prepared transaction, or a member of it, can "
                    + "finish it.")
    private @Nullable String user;

    @Option(
            names = "--config",
            description = "A properties file with the names that the application uses: postgres.xa.nodes.<node>.url, "
                    + ".username, .password.")
    private @Nullable Path config;

    @Option(
            names = "--schema",
            defaultValue = "pgxa",
            description = "The schema of the decision log, default ${DEFAULT-VALUE}.")
    private String schema = "pgxa";

    private NodeOptions() {}

    Operations operations() {
        List<NodeSettings> all = settings();
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "No node is named. Give --node name=url for each, or --config with a properties file. The "
                            + "password comes from that file, from the"
                            + " environment variable PGPASSWORD, or from ~/.pgpass.");
        }
        DecisionSettings d = DecisionSettings.DEFAULT;
        return Operations.on(all, new DecisionSettings(schema, false, d.retention(), d.singleWriter()));
    }

    private List<NodeSettings> settings() {
        List<NodeSettings> all = new ArrayList<>();
        String password = System.getenv("PGPASSWORD");
        nodes.forEach((name, url) -> all.add(new NodeSettings(name, url, user, user == null ? null : password)));
        Path file = config;
        if (file != null) {
            all.addAll(fromFile(file, password));
        }
        return all;
    }

    private List<NodeSettings> fromFile(Path file, @Nullable String password) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        List<NodeSettings> all = new ArrayList<>();
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            Matcher matcher = KEY.matcher(key);
            if (matcher.matches()) {
                String prefix = "postgres.xa.nodes.%s.".formatted(matcher.group(1));
                all.add(new NodeSettings(
                        matcher.group(1),
                        properties.getProperty(key),
                        user != null ? user : properties.getProperty(prefix + "username"),
                        properties.getProperty(prefix + "password", password)));
            }
        }
        return all;
    }
}
