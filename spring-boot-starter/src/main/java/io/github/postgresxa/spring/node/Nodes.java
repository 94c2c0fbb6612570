package io.github.postgresxa.spring.node;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Holds the checked names of the nodes, in configured order, and which of them is primary. They are known before any
 * bean exists, because beans are named after them.
 *
 * @param names at least one
 * @param primary one of them
 */
public record Nodes(List<String> names, String primary) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}");

    /** Checks the names and that the primary node is one of them. */
    public Nodes {
        names = List.copyOf(names);
        names.forEach(Nodes::check);
        if (!names.contains(primary)) {
            throw new InvalidConfigurationException(
                    "The primary node '%s' is not configured. The nodes are %s.".formatted(primary, quoted(names)),
                    "Set postgres.xa.primary to one of them, or remove it: then the first node is primary.");
        }
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
        List<String> names = NodeNames.in(environment);
        refuseDataSourceBesideNodes(environment);
        if (names.isEmpty()) {
            throw noNodes();
        }
        String primary = environment.getProperty("postgres.xa.primary");
        return new Nodes(names, StringUtils.hasText(primary) ? primary : names.get(0));
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

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidConfigurationException(
                    "The node name '%s' in postgres.xa.nodes is not allowed.".formatted(printable(name)),
                    ("Use lower-case letters and digits only, beginning with a letter, for example '%s'. Other names"
                                    + " become two nodes as soon as one of their settings comes from an environment"
                                    + " variable, which has neither hyphens nor capital letters.")
                            .formatted(suggestion(name)));
        }
    }

    private static String printable(String name) {
        return name.replaceAll("\\P{Print}", "?");
    }

    private static String suggestion(String name) {
        String allowed =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "").replaceFirst("^[0-9]+", "");
        return NAME.matcher(allowed).matches() ? allowed : "east";
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
        return new InvalidConfigurationException("No PostgreSQL node is configured in postgres.xa.nodes.", """
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

    private static String quoted(List<String> names) {
        return "'" + String.join("', '", names) + "'";
    }
}
