package io.github.postgresxa.configuration;

import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings that the values of {@code postgres.xa.*} mean. Every method throws {@link InvalidConfigurationException}
 * if a value cannot be used; it names the key, or the node and the part of its settings.
 */
public final class Configuration {

    private static final String OF_NODE = "nodes." + Keys.NODE + ".";

    private final Values values;

    private Configuration(Function<String, @Nullable String> lookup) {
        this.values = new Values(lookup);
    }

    /**
     * Reads values from a place of any kind.
     *
     * @param lookup returns the value of a key, such as {@code postgres.xa.nodes.east.pool.max-size}; null if it is not
     *     set
     * @return the settings; each is read when it is asked for
     */
    public static Configuration over(Function<String, @Nullable String> lookup) {
        return new Configuration(lookup);
    }

    /**
     * Returns a builder with all settings that have a key.
     *
     * @param nodes the names of the nodes as they are written, at least one
     * @return the builder
     */
    public PostgresXa.Builder builder(List<String> nodes) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .transactionManager(
                        ManagerKind.valueOf(choice("transaction-manager").toUpperCase(Locale.ROOT)))
                .commit(commit())
                .decision(decision())
                .recovery(recovery());
        name().ifPresent(builder::name);
        transactionTimeout().ifPresent(builder::transactionTimeout);
        String home = values.text(Keys.named("decision.home"), "");
        if (home != null) {
            builder.home(home);
        }
        names(nodes).names().forEach(node -> builder.node(node(node)));
        return builder;
    }

    /** {@return the timeout of a transaction that asks for none, if one is configured} */
    public Optional<Duration> transactionTimeout() {
        String timeout = values.text(Keys.named("transaction-timeout"), "");
        return timeout == null || timeout.isBlank() ? Optional.empty() : Optional.of(duration("transaction-timeout"));
    }

    /** {@return the name of the application, if one is configured} */
    public Optional<String> name() {
        return Optional.ofNullable(values.text(Keys.named("name"), "")).filter(name -> !name.isBlank());
    }

    /**
     * Checks the names of the nodes.
     *
     * @param nodes the names as they are written, at least one
     * @return the same names, and which of them is primary
     */
    public NamedNodes names(List<String> nodes) {
        return NamedNodes.of(nodes, values.text(Keys.named("primary"), ""));
    }

    /**
     * Returns the settings of a node.
     *
     * @param node its name
     * @return its settings
     */
    public NodeSettings node(String node) {
        String url = ofNode("url", node);
        if (url == null || url.isBlank()) {
            throw noUrl(node);
        }
        NodeSettings settings = new NodeSettings(
                node, url, ofNode("username", node), ofNode("password", node), pool(node), recoveryRole(node));
        return values.flag(Keys.named(OF_NODE + "required"), node) ? settings : settings.notRequired();
    }

    /**
     * Returns what to say about a node without an address.
     *
     * @param node its name
     * @return the exception to throw
     */
    public static InvalidConfigurationException noUrl(String node) {
        return new InvalidConfigurationException(
                "The node '%s' has no URL.".formatted(node),
                ("Set postgres.xa.nodes.%s.url, for example to jdbc:postgresql://host:5432/database. If there should be"
                                + " no such node, look for a property or an environment variable"
                                + " (POSTGRES_XA_NODES_%s_...) that begins with its name.")
                        .formatted(node, node.toUpperCase(Locale.ROOT)));
    }

    private PoolSettings pool(String node) {
        String pool = OF_NODE + "pool.";
        int maxSize = values.number(Keys.named(pool + "max-size"), node);
        int minSize = values.number(Keys.named(pool + "min-size"), node);
        Duration acquisition = values.duration(Keys.named(pool + "acquisition-timeout"), node);
        Duration idle = values.duration(Keys.named(pool + "idle-timeout"), node);
        Duration lifetime = values.duration(Keys.named(pool + "max-lifetime"), node);
        Duration validation = values.duration(Keys.named(pool + "validation-idle"), node);
        boolean discardAll = values.flag(Keys.named(pool + "discard-all"), node);
        return partOf(
                node, () -> new PoolSettings(maxSize, minSize, acquisition, idle, lifetime, validation, discardAll));
    }

    /**
     * Creates a part of a node's settings.
     *
     * @param node the node's name
     * @param part creates the part
     * @param <T> the type of the part
     * @return the part
     * @throws InvalidConfigurationException if it is not possible; unlike the one of the part, it names the node
     */
    public static <T> T partOf(String node, Supplier<T> part) {
        try {
            return part.get();
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException("Node '%s': %s".formatted(node, e.problem()), e.action());
        }
    }

    private @Nullable RecoveryRole recoveryRole(String node) {
        String username = ofNode("recovery-role.username", node);
        return username == null ? null : new RecoveryRole(username, ofNode("recovery-role.password", node));
    }

    private @Nullable String ofNode(String name, String node) {
        return values.text(Keys.named(OF_NODE + name), node);
    }

    /** {@return when a commit is acknowledged, and what this process sees of its commits} */
    public CommitSettings commit() {
        return new CommitSettings(
                Acknowledge.valueOf(choice("commit.acknowledge").toUpperCase(Locale.ROOT)),
                duration("commit.read-your-writes"));
    }

    /** {@return where decisions are kept, and for how long} */
    public DecisionSettings decision() {
        String schema = values.text(Keys.named("decision.schema"), "");
        return new DecisionSettings(
                schema == null ? DecisionSettings.DEFAULT.schema() : schema,
                choice("decision.initialize-schema").equals("always"),
                duration("decision.retention"),
                flag("decision.single-writer"));
    }

    /** {@return the pace of recovery} */
    public RecoverySettings recovery() {
        return new RecoverySettings(
                flag("recovery.enabled"),
                duration("recovery.interval"),
                duration("recovery.grace"),
                flag("recovery.share"));
    }

    /**
     * Returns the value of a key that is not below a node.
     *
     * @param name the key without {@code postgres.xa.}
     * @return its value or its default
     */
    public boolean flag(String name) {
        return values.flag(Keys.named(name), "");
    }

    /**
     * Returns the value of a key that is not below a node.
     *
     * @param name the key without {@code postgres.xa.}
     * @return its value or its default
     */
    public int number(String name) {
        return values.number(Keys.named(name), "");
    }

    /**
     * Returns the value of a key that is not below a node.
     *
     * @param name the key without {@code postgres.xa.}
     * @return its value or its default
     */
    public Duration duration(String name) {
        return values.duration(Keys.named(name), "");
    }

    /**
     * Returns the value of a key that is not below a node.
     *
     * @param name the key without {@code postgres.xa.}
     * @return the one of its {@link Key#choices} that is meant
     */
    public String choice(String name) {
        return values.choice(Keys.named(name), "");
    }
}
