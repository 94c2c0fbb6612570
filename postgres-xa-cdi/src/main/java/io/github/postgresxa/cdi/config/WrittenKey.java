package io.github.postgresxa.cdi.config;

import io.github.postgresxa.configuration.Keys;
import io.github.postgresxa.configuration.Keys.Match;
import io.github.postgresxa.configuration.PropertyName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key of ours as a source has it.
 *
 * @param name the name by which a value is asked for
 * @param elements its elements behind {@code postgres.xa}
 * @param variable whether it is an environment variable
 * @param ofProfile whether it holds in a profile only
 * @param described the key and its place, for people
 */
record WrittenKey(String name, List<String> elements, boolean variable, boolean ofProfile, String described) {

    private static final String VARIABLE = "POSTGRES_XA_";
    private static final Pattern PROFILE = Pattern.compile("%[^.]+\\.");

    static Optional<WrittenKey> of(String written, String source) {
        if (written.startsWith(VARIABLE)) {
            List<String> parts = List.of(written.substring(VARIABLE.length())
                    .toLowerCase(Locale.ROOT)
                    .split("_"));
            return Optional.of(new WrittenKey(written, parts, true, false, "the environment variable " + written));
        }
        String plain = PROFILE.matcher(written).replaceFirst("");
        boolean ofProfile = !plain.equals(written) && written.startsWith("%");
        PropertyName name = PropertyName.of(ofProfile ? plain : written);
        return name.isOurs()
                ? Optional.of(new WrittenKey(
                        name.written(), name.ownElements(), false, ofProfile, "%s (%s)".formatted(written, source)))
                : Optional.empty();
    }

    /**
     * {@return whether a name is one that a source has made of an environment variable} What was a hyphen or a dot
     * there cannot be known, so the variable itself counts.
     */
    static boolean isDerived(String name, Set<String> names) {
        String variable = name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
        return variable.startsWith(VARIABLE) && !variable.equals(name) && names.contains(variable);
    }

    Match match() {
        return variable ? Keys.matchVariable(elements) : Keys.match(elements);
    }

    /** {@return the name of the node that it is a setting of, as it is written} */
    Optional<String> node() {
        return elements.size() > 1 && PropertyName.uniform(elements.get(0)).equals("nodes")
                ? Optional.of(elements.get(1))
                : Optional.empty();
    }

    /** {@return whether it is another spelling of a property} */
    boolean spells(String property) {
        return variable
                ? PropertyName.variables(property).contains(name)
                : PropertyName.of(name)
                        .canonical()
                        .equals(PropertyName.of(property).canonical());
    }
}
