package io.github.postgresxa.spring.node;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Lists the names below {@code postgres.xa.nodes}, exactly as they are written. It reads no values, because some exist
 * only when beans are created.
 *
 * <p>The order is that of the files. A bound map would begin with the source that overrides the others; a single
 * password in an environment variable would then make its node the first one, and so the primary. Names from sources
 * without an order (environment variables, system properties, the command line) are sorted alphabetically.
 */
final class NodeNames {

    private static final ConfigurationPropertyName NODES = ConfigurationPropertyName.of("postgres.xa.nodes");

    private NodeNames() {}

    static List<String> in(Environment environment) {
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        ConfigurationPropertySources.get(environment).forEach(sources::add);
        Collections.reverse(sources);
        Set<String> names = new LinkedHashSet<>();
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource listed) {
                Stream<String> found = namesIn(listed);
                (hasOrder(source) ? found : found.sorted()).forEach(names::add);
            }
        }
        return List.copyOf(names);
    }

    private static Stream<String> namesIn(IterableConfigurationPropertySource source) {
        int position = NODES.getNumberOfElements();
        return source.filter(NODES::isAncestorOf).stream()
                .map(property -> property.getElement(position, Form.ORIGINAL))
                .distinct();
    }

    private static boolean hasOrder(ConfigurationPropertySource source) {
        Object underlying = source.getUnderlyingSource();
        return !(underlying instanceof SystemEnvironmentPropertySource
                || underlying instanceof PropertiesPropertySource
                || underlying instanceof CommandLinePropertySource);
    }
}
