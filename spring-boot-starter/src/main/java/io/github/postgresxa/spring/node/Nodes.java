package io.github.postgresxa.spring.node;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.configuration.NamedNodes;
import java.util.List;
import org.springframework.core.env.Environment;

/**
 * Holds the checked names of the nodes, in configured order, and which of them is primary. They are known before any
 * bean exists, because beans are named after them.
 *
 * @param names at least one
 * @param primary one of them
 */
public record Nodes(List<String> names, String primary) {

    /** Checks the names and that the primary node is one of them. */
    public Nodes {
        names = new NamedNodes(names, primary).names();
    }

    /**
     * Reads the names of the nodes, and no other setting of them.
     *
     * @param environment contains {@code postgres.xa.*}
     * @return the configured nodes
     * @throws InvalidConfigurationException if there are none, a name is not allowed, or {@code spring.datasource.url}
     *     is set beside them
     */
    public static Nodes in(Environment environment) {
        refuseDataSourceBesideNodes(environment);
        return observed(environment);
    }

    /**
     * Reads the names of nodes that are only observed. The application may have DataSources beside them.
     *
     * @param environment contains {@code postgres.xa.*}
     * @return the configured nodes
     * @throws InvalidConfigurationException if there are none, or a name is not allowed
     */
    public static Nodes observed(Environment environment) {
        List<String> names = NodeNames.in(environment);
        if (names.isEmpty()) {
            throw noNodes();
        }
        NamedNodes checked = NamedNodes.of(names, environment.getProperty("postgres.xa.primary"));
        return new Nodes(checked.names(), checked.primary());
    }

    /**
     * Reads the names of the nodes as they are written, unchecked.
     *
     * @param environment contains {@code postgres.xa.*}
     * @return the configured names, or none
     */
    public static List<String> configured(Environment environment) {
        return NodeNames.in(environment);
    }

    boolean isPrimary(String name) {
        return primary.equals(name);
    }

    private static void refuseDataSourceBesideNodes(Environment environment) {
        if (environment.containsProperty("spring.datasource.url")) {
            throw new InvalidConfigurationException(
                    "spring.datasource.url is set besides postgres.xa.nodes. Its DataSource would commit on its own"
                            + " and silently take no part in transactions over the nodes.",
                    "Move it to postgres.xa.nodes.<node>.url, with username and password, and remove"
                            + " spring.datasource.url. A database that must stay outside of these transactions needs a"
                            + " separate DataSource bean, configured under a key of your choice.");
        }
    }

    private static InvalidConfigurationException noNodes() {
        return NamedNodes.none("""
                Configure the nodes, for example in application.yml:

                postgres:
                  xa:
                    nodes:
                      east:
                        url: jdbc:postgresql://east.example.com:5432/bank
                        username: bank
                        password: ${EAST_PASSWORD}
                      west:
                        url: jdbc:postgresql://west.example.com:5432/bank
                        username: bank
                        password: ${WEST_PASSWORD}

                Or set postgres.xa.enabled=false.""");
    }
}
