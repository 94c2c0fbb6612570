package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.spring.node.Nodes;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.TestNodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * Addresses of a test's nodes, before every other source of properties. Only one thing comes before it: an address that
 * leads to one of the test kit's own servers or proxies, for example that of a {@code FaultProxy} in a
 * {@code @DynamicPropertySource}. Other sources are read late, as the application reads them.
 */
final class NodesPropertySource extends EnumerablePropertySource<List<PostgresNode>> {

    static final String NAME = "postgresXaTestNodes";

    /** What the code of a test class sets: it may change one setting of one node. */
    static final Set<String> OF_THE_TEST = Set.of("Inlined Test Properties", "Dynamic Test Properties");

    private static final String PREFIX = "postgres.xa.nodes.";

    private final ConfigurableEnvironment environment;
    private final Map<String, Value> values = new LinkedHashMap<>();

    private record Value(String node, String key, String text) {

        String name() {
            return PREFIX + node + "." + key;
        }
    }

    NodesPropertySource(ConfigurableEnvironment environment, List<PostgresNode> nodes) {
        super(NAME, nodes);
        this.environment = environment;
        for (PostgresNode node : nodes) {
            add(new Value(node.name(), "url", node.jdbcUrl()));
            add(new Value(node.name(), "username", node.username()));
            add(new Value(node.name(), "password", node.password()));
        }
    }

    private void add(Value value) {
        values.put(value.name(), value);
    }

    /** Moves it before all other sources. The role for recovery, where there is one, does not exist in a test. */
    void putFirst() {
        environment.getPropertySources().remove(NAME);
        for (PostgresNode node : getSource()) {
            if (isConfigured(PREFIX + node.name() + ".recovery-role")) {
                add(new Value(node.name(), "recovery-role.username", node.username()));
                add(new Value(node.name(), "recovery-role.password", node.password()));
            }
        }
        environment.getPropertySources().addFirst(this);
    }

    private boolean isConfigured(String group) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.containsDescendantOf(ConfigurationPropertyName.of(group))
                    == ConfigurationPropertyState.PRESENT) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@return the names of the nodes that the application configures, and of those that only the test names}
     */
    List<String> namesConfiguredBeside() {
        Set<String> names = new LinkedHashSet<>(names(others().stream().filter(source -> !isOfTheTest(source))));
        names(others().stream().filter(NodesPropertySource::isOfTheTest)).stream()
                .filter(name -> !values.containsKey(PREFIX + name + ".url"))
                .forEach(names::add);
        return List.copyOf(names);
    }

    private static List<String> names(Stream<PropertySource<?>> sources) {
        StandardEnvironment only = new StandardEnvironment();
        only.getPropertySources().stream()
                .toList()
                .forEach(source -> only.getPropertySources().remove(source.getName()));
        sources.forEach(only.getPropertySources()::addLast);
        return Nodes.configured(only);
    }

    private static boolean isOfTheTest(PropertySource<?> source) {
        return OF_THE_TEST.contains(source.getName());
    }

    @Override
    public String[] getPropertyNames() {
        return values.keySet().toArray(String[]::new);
    }

    @Override
    public boolean containsProperty(String name) {
        return values.containsKey(name);
    }

    @Override
    public @Nullable Object getProperty(String name) {
        Value value = values.get(name);
        if (value == null) {
            return null;
        }
        Optional<PropertySource<?>> own = sourceOfOwnAddress(value.node());
        return own.isPresent() && own.get().getProperty(name) != null ? null : value.text();
    }

    private Optional<PropertySource<?>> sourceOfOwnAddress(String node) {
        for (PropertySource<?> source : others()) {
            Object url = source.getProperty(PREFIX + node + ".url");
            if (url != null) {
                return TestNodes.own(environment.resolvePlaceholders(url.toString()))
                        ? Optional.of(source)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** {@return the sources as they are written; the view of them that Spring Boot attaches contains this one} */
    private List<PropertySource<?>> others() {
        List<PropertySource<?>> others = new ArrayList<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source != this && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
                others.add(source);
            }
        }
        return others;
    }
}
