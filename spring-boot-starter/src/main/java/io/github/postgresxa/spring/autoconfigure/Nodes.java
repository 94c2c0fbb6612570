package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.StartRefusedException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * The names of the nodes, checked, in configured order; and which of them is primary. It is known before any bean exists,
 * because beans are named after it.
 *
 * @param names at least one
 * @param primary one of them
 */
record Nodes(List<String> names, String primary) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}");

    static Nodes in(Environment environment) {
        List<String> names = NodeNames.in(environment);
        refuseAPoolThatTakesNoPart(environment);
        if (names.isEmpty()) {
            throw noNodes();
        }
        names.forEach(Nodes::check);
        return new Nodes(names, primary(names, environment.getProperty("postgres.xa.primary")));
    }

    boolean isPrimary(String name) {
        return primary.equals(name);
    }

    private static String primary(List<String> names, @Nullable String configured) {
        if (configured == null || configured.isBlank()) {
            return names.get(0);
        }
        if (!names.contains(configured)) {
            throw new StartRefusedException(
                    "The primary node '%s' is not configured. The nodes are %s.".formatted(configured, quoted(names)),
                    "Set postgres.xa.primary to one of them, or remove it: then the first node is primary.");
        }
        return configured;
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new StartRefusedException(
                    "The node name '%s' in postgres.xa.nodes is not allowed.".formatted(name),
                    ("Use lower-case letters and digits only, beginning with a letter, for example '%s'. Other names become two nodes"
                                    + " as soon as one of their settings comes from an environment variable, which has neither hyphens nor"
                                    + " capital letters.")
                            .formatted(suggestion(name)));
        }
    }

    private static String suggestion(String name) {
        String allowed =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "").replaceFirst("^[0-9]+", "");
        return NAME.matcher(allowed).matches() ? allowed : "east";
    }

    private static void refuseAPoolThatTakesNoPart(Environment environment) {
        if (environment.containsProperty("spring.datasource.url")) {
            throw new StartRefusedException(
                    "spring.datasource.url is set besides postgres.xa.nodes. Its DataSource would commit on its own and silently take no"
                            + " part in transactions over the nodes.",
                    "Move it to postgres.xa.nodes.<node>.url, with username and password, and remove spring.datasource.url. A database"
                            + " that must stay outside of these transactions needs a DataSource bean of its own, configured under a key of"
                            + " your choice.");
        }
    }

    private static StartRefusedException noNodes() {
        return new StartRefusedException("No PostgreSQL node is configured in postgres.xa.nodes.", """
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
