package io.github.postgresxa;

import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Where decisions are kept, and for how long.
 *
 * @param schema the schema of the decision log on every node, default {@code pgxa}
 * @param initializeSchema whether to create the schema where it is missing and to migrate it where it is older than
 *     this release needs (default true); if false, the user's migration tool does it
 * @param retention the least time for which a decision is kept after it was carried out everywhere, default 1 h
 * @param singleWriter whether a transaction with a single writing node leaves a decision row, too, so that its outcome
 *     can be queried after a lost reply; default false, as with plain JDBC
 */
public record DecisionSettings(String schema, boolean initializeSchema, Duration retention, boolean singleWriter) {

    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    /** The default settings. */
    public static final DecisionSettings DEFAULT = new DecisionSettings("pgxa", true, Duration.ofHours(1), false);

    /** Checks the schema's name, because it becomes part of SQL. */
    public DecisionSettings {
        if (!SCHEMA.matcher(schema).matches()) {
            throw new InvalidConfigurationException(
                    "The schema name '%s' of the decision log is not allowed.".formatted(Sanitizer.escaped(schema)),
                    "Use lower-case letters, digits and underscores, beginning with a letter.");
        }
        if (retention.isNegative()) {
            throw new InvalidConfigurationException(
                    "The retention of decisions is negative.", "Choose a time of 0 or more.");
        }
    }
}
