package io.github.postgresxa.cli.config;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.Keys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The nodes, from options, a configuration file and the environment. As in the application, a system property overrides
 * an environment variable, and that the file. An option overrides all of them.
 */
public final class NodeConfiguration {

    private static final String NODES = Keys.PREFIX + "nodes.";
    private static final String SCHEMA = Keys.PREFIX + "decision.schema";
    private static final String INITIALIZE = Keys.PREFIX + "decision.initialize-schema";
    private static final Pattern PASSWORD_IN_URL = Pattern.compile("[?&](ssl)?password=");

    private final NodeChoice choice;
    private final Surroundings surroundings;
    private final @Nullable ConfigFile file;

    private NodeConfiguration(NodeChoice choice, Surroundings surroundings) {
        this.choice = choice;
        this.surroundings = surroundings;
        this.file = choice.file() == null ? null : ConfigFile.read(choice.file(), choice.profiles(), surroundings);
    }

    /**
     * The settings that a command works with.
     *
     * @param nodes the nodes, in the order in which they are named
     * @param decision where decisions are kept
     * @param observing whether others manage the transactions over the nodes, so that a command only looks
     */
    public record Settings(List<NodeSettings> nodes, DecisionSettings decision, boolean observing) {}

    /**
     * Finds the settings.
     *
     * @param choice what the options say
     * @param surroundings what the process knows
     * @return the settings of at least one node
     * @throws ConfigException if there are none, or the file cannot be read
     * @throws io.github.postgresxa.InvalidConfigurationException if a value cannot be used
     */
    public static Settings settings(NodeChoice choice, Surroundings surroundings) {
        NodeConfiguration configuration = new NodeConfiguration(choice, surroundings);
        return new Settings(configuration.nodes(), configuration.decision(), configuration.observing());
    }

    private boolean observing() {
        return choice.observe()
                || Configuration.over(key -> value(key)).choice("mode").equals("observe");
    }

    private List<NodeSettings> nodes() {
        Set<String> names = new LinkedHashSet<>();
        if (file != null) {
            names.addAll(file.nodes());
            if (names.isEmpty()) {
                throw new ConfigException(file.whyNoNodes());
            }
        }
        names.addAll(choice.urls().keySet());
        if (names.isEmpty()) {
            throw new ConfigException(
                    "No node is named. Give --node name=url for each, or --config with the application's file.");
        }
        List<NodeSettings> all = new ArrayList<>();
        names.forEach(name -> all.add(node(name)));
        return all;
    }

    /** The schema is never created here, and how long decisions are kept is the application's business. */
    private DecisionSettings decision() {
        return Configuration.over(key -> switch (key) {
                    case SCHEMA -> choice.schema() != null ? choice.schema() : value(key);
                    case INITIALIZE -> "never";
                    default -> null;
                })
                .decision();
    }

    /** Reads only what a console needs: other values may refer to what exists only beside the application. */
    private NodeSettings node(String name) {
        String prefix = NODES + name + ".";
        String url = url(name, prefix);
        String configured = value(prefix + "username");
        String user = choice.user() != null ? choice.user() : configured;
        boolean another = configured != null && !configured.equals(user);
        String password = password(prefix, url, another);
        Map<String, @Nullable String> own = new HashMap<>();
        own.put("url", url);
        own.put("username", role(user, url, password));
        own.put("password", password);
        own.put("pool.max-size", value(prefix + "pool.max-size"));
        String recovery = another ? null : value(prefix + "recovery-role.username");
        if (recovery != null) {
            own.put("recovery-role.username", recovery);
            own.put("recovery-role.password", value(prefix + "recovery-role.password"));
        }
        return Configuration.over(key -> own.get(key.substring(prefix.length())))
                .node(name);
    }

    private @Nullable String password(String prefix, String url, boolean ofAnotherRole) {
        String password = choice.password();
        if (password == null && !ofAnotherRole) {
            password = value(prefix + "password");
        }
        return password == null && !PASSWORD_IN_URL.matcher(url).find()
                ? nonEmpty(surroundings.environment().get("PGPASSWORD"))
                : password;
    }

    private String url(String name, String prefix) {
        String given = choice.urls().get(name);
        if (given != null) {
            if (PASSWORD_IN_URL.matcher(given).find()) {
                throw new ConfigException(
                        ("The URL of node '%s' has a password, and every user of this machine can read the arguments of"
                                        + " a program. Use PGPASSWORD, .pgpass, --password or a file for"
                                        + " --config.")
                                .formatted(name));
            }
            return given;
        }
        String url = nonEmpty(value(prefix + "url"));
        if (url == null) {
            throw new ConfigException(
                    "Node '%s' has no address: set %surl, or give --node %1$s=<url>.".formatted(name, prefix));
        }
        return url;
    }

    /** {@return the role; as with psql PGUSER if none is configured, and null if the driver is to ask the system} */
    private @Nullable String role(@Nullable String user, String url, @Nullable String password) {
        if (user != null || url.contains("?user=") || url.contains("&user=")) {
            return user;
        }
        String ofEnvironment = nonEmpty(surroundings.environment().get("PGUSER"));
        return ofEnvironment != null || password == null
                ? ofEnvironment
                : surroundings.properties().getProperty("user.name");
    }

    /** {@return the value of a property with its placeholders replaced; null if it is set nowhere} */
    private @Nullable String value(String property) {
        String value = surroundings.properties().getProperty(property);
        if (value == null) {
            value = surroundings.ofVariable(property);
        }
        if (value == null && file != null) {
            value = file.text(property);
        }
        return value == null ? null : new Placeholders(this::lookup, name -> missing(property, name)).replaced(value);
    }

    private static String missing(String property, String name) {
        return "%s needs a value for ${%s}: set the environment variable %s, or write a default: ${%2$s:...}."
                .formatted(property, name, Surroundings.capitals(name));
    }

    private @Nullable String lookup(String name) {
        String value = surroundings.value(name);
        return value == null && file != null ? file.text(name) : value;
    }

    private static @Nullable String nonEmpty(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
