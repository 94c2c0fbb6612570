package io.github.postgresxa.configuration;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checked names of the nodes in {@code postgres.xa.nodes}, in configured order, and which of them is primary.
 *
 * @param names at least one
 * @param primary one of them
 */
public record NamedNodes(List<String> names, String primary) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}");

    /** Checks the names and that the primary node is one of them. */
    public NamedNodes {
        names = List.copyOf(names);
        names.forEach(NamedNodes::check);
        if (!names.contains(primary)) {
            throw new InvalidConfigurationException(
                    "The primary node '%s' is not configured. The nodes are '%s'."
                            .formatted(printable(primary), String.join("', '", names)),
                    "Set postgres.xa.primary to one of them, or remove it: then the first node is primary.");
        }
    }

    /**
     * Checks names.
     *
     * @param names the names as they are written, at least one
     * @param primary the value of {@code postgres.xa.primary}, or null
     * @return the names; without a primary one, the first is primary
     * @throws InvalidConfigurationException if one of them is not allowed, or the primary one is not among them
     */
    public static NamedNodes of(List<String> names, @Nullable String primary) {
        return new NamedNodes(names, primary == null || primary.isBlank() ? names.get(0) : primary);
    }

    /**
     * Returns what to say where no node is configured.
     *
     * @param action what to do
     * @return the exception to throw
     */
    public static InvalidConfigurationException none(String action) {
        return new InvalidConfigurationException("No PostgreSQL node is configured in postgres.xa.nodes.", action);
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
}
