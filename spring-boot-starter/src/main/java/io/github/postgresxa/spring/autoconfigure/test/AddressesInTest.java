package io.github.postgresxa.spring.autoconfigure.test;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.test.TestNodes;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Refuses addresses that are not the test kit's while a test class with nodes runs. One that the test's own code wrote
 * beside the start of the application (an argument, a default property) is meant, and passes.
 */
final class AddressesInTest {

    private static final Set<String> WRITTEN_BY_CODE = Set.of(
            "defaultProperties",
            "test",
            "Inlined Test Properties",
            "Dynamic Test Properties",
            NodesPropertySource.NAME);

    private final ConfigurableEnvironment environment;
    private final List<String> running;

    AddressesInTest(ConfigurableEnvironment environment, BeanFactory beans) {
        this.environment = environment;
        this.running = nodesOfTheTest(beans);
    }

    /** {@return the nodes of the test that has started this application; empty outside of one, or if it has none} */
    private static List<String> nodesOfTheTest(BeanFactory beans) {
        if (beans.containsBean(ContextWithoutNodes.MARK)) {
            return List.of();
        }
        ConfiguredNames names = beans.getBeanProvider(ConfiguredNames.class).getIfAvailable();
        return names == null ? TestNodes.running() : names.test();
    }

    void check(List<NodeSettings> nodes) {
        if (running.isEmpty()) {
            return;
        }
        for (NodeSettings node : nodes) {
            if (!TestNodes.own(node.url())
                    && !isWrittenByCode("postgres.xa.nodes." + node.name() + ".url", node.url())) {
                throw refused("The application would work with node '%s' as it is configured".formatted(node.name()));
            }
        }
    }

    void checkUrl(String property) {
        String url = running.isEmpty() ? null : value(property);
        if (url != null
                && url.startsWith("jdbc:postgresql:")
                && !TestNodes.own(url)
                && !isWrittenByCode(property, url)) {
            throw refused("The application would work with the server of " + property);
        }
    }

    private InvalidConfigurationException refused(String what) {
        return new InvalidConfigurationException(
                what + ", in a test whose nodes are %s (@PostgresNodes). Nothing was connected.".formatted(running),
                "Start the application with @SpringBootTest: then it gets the addresses of the test's nodes. Or pass"
                        + " them yourself: PostgresNode.jdbcUrl(), in a @DynamicPropertySource or as an argument.");
    }

    private boolean isWrittenByCode(String property, String value) {
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof CommandLinePropertySource || WRITTEN_BY_CODE.contains(source.getName())) {
                Object written = source.getProperty(property);
                if (written != null && Objects.equals(environment.resolvePlaceholders(written.toString()), value)) {
                    return true;
                }
            }
        }
        return false;
    }

    private @Nullable String value(String property) {
        try {
            return environment.getProperty(property);
        } catch (IllegalArgumentException unresolvable) {
            return null;
        }
    }
}
