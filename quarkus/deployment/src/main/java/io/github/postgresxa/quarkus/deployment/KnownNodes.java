package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.cdi.Node;
import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.configuration.NamedNodes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;

/** Finds the names of the nodes at build time: in the configuration, and where they are injected. */
final class KnownNodes {

    static final DotName NODE = DotName.createSimple(Node.class);

    private static final String NONE = """
            Name the nodes in application.properties, so that they are known when the application is built:

            postgres.xa.nodes.east.url=${EAST_URL}
            postgres.xa.nodes.east.username=bank
            postgres.xa.nodes.east.password=${EAST_PASSWORD}
            postgres.xa.nodes.west.url=${WEST_URL}
            postgres.xa.nodes.west.username=bank
            postgres.xa.nodes.west.password=${WEST_PASSWORD}

            What is in ${...} is read when it starts. Or set postgres.xa.enabled=false.""";

    private KnownNodes() {}

    /**
     * Finds the names.
     *
     * @param configuration as it is now
     * @param index the classes of the application
     * @return the checked names, in order
     * @throws InvalidConfigurationException if there are none, or a name is not allowed
     */
    static List<String> find(ApplicationConfiguration configuration, IndexView index) {
        Set<String> names = new TreeSet<>(configuration.nodeNames());
        for (AnnotationInstance injected : index.getAnnotations(NODE)) {
            names.add(injected.value().asString());
        }
        if (names.isEmpty()) {
            throw NamedNodes.none(NONE);
        }
        List<String> ordered = List.copyOf(names);
        return new NamedNodes(ordered, ordered.get(0)).names();
    }
}
