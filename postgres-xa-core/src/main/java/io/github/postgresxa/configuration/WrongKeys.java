package io.github.postgresxa.configuration;

import io.github.postgresxa.InvalidConfigurationException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Collects keys below {@code postgres.xa} that no property has, and refuses them together: a misspelled one has no
 * effect, and the default that holds instead goes unnoticed.
 *
 * <p>Other programs use environment variables, too. One that a platform sets for a service of that name is passed over,
 * and one that resembles no property is only worth a line in the log.
 */
public final class WrongKeys {

    /** What Kubernetes and Docker set for a service or link that is called {@code postgres-xa}. */
    private static final Pattern OF_A_PLATFORM = Pattern.compile(
            "(?:.*\\.)?(?:service\\.(?:host|port(?:\\..*)?)|port(?:\\.\\d+\\.(?:tcp|udp|sctp)(?:\\.\\w+)?)?|env\\..*)");

    private final Map<String, Optional<String>> wrong = new LinkedHashMap<>();

    /** Creates an empty collection. */
    public WrongKeys() {}

    /** Says what becomes of an environment variable that is no property. */
    public enum Use {
        /** It is meant for us, and refused. */
        REFUSED,
        /** It may belong to another program: a line in the log says that it has no effect here. */
        MENTIONED,
        /** A platform has set it. */
        PASSED_OVER
    }

    /**
     * Adds a key that is no property.
     *
     * @param described the key and its place, for people
     * @param elements its elements behind {@code postgres.xa}, as they are written
     */
    public void add(String described, List<String> elements) {
        wrong.put(described, Keys.nearest(elements));
    }

    /**
     * Adds an environment variable that is no property, if it is meant for us.
     *
     * @param described the variable, for people
     * @param elements its parts behind {@code POSTGRES_XA}, in lower case
     * @return what becomes of it
     */
    public Use addVariable(String described, List<String> elements) {
        if (OF_A_PLATFORM.matcher(String.join(".", elements)).matches()) {
            return Use.PASSED_OVER;
        }
        Optional<String> nearest = Keys.nearestInSpelling(elements);
        if (!elements.get(0).equals("nodes") && nearest.isEmpty()) {
            return Use.MENTIONED;
        }
        wrong.put(described, nearest);
        return Use.REFUSED;
    }

    /**
     * Refuses what was added.
     *
     * @throws InvalidConfigurationException if there is anything; it names each key, and the nearest right one
     */
    public void refuse() {
        if (wrong.isEmpty()) {
            return;
        }
        String list = wrong.entrySet().stream()
                .map(entry -> "    " + entry.getKey()
                        + entry.getValue()
                                .map(key -> "%n        did you mean %s?".formatted(key))
                                .orElse(""))
                .collect(Collectors.joining(System.lineSeparator()));
        throw new InvalidConfigurationException(
                "There is no such property below postgres.xa:%n%n%s".formatted(list),
                "Correct the name: as it is, it has no effect. The properties are in the README, and an editor"
                        + " completes them. If something else needs keys below postgres.xa, set"
                        + " postgres.xa.ignore-unknown-keys=true.");
    }
}
