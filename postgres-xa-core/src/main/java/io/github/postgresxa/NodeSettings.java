package io.github.postgresxa;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * How to reach one PostgreSQL node.
 *
 * @param name lower-case letters and digits, beginning with a letter; used in bean names, logs and displays, never in what is stored
 * @param url a {@code jdbc:postgresql:} URL; driver properties may follow its {@code ?}
 * @param username the role for work, and for recovery unless it has one of its own; null if the URL or the driver's defaults say it
 * @param password null if the server asks for none
 * @param pool limits of the node's connection pool
 * @param recoveryRole the role for recovery; null if it is the one for work
 */
public record NodeSettings(
        String name,
        String url,
        @Nullable String username,
        @Nullable String password,
        PoolSettings pool,
        @Nullable RecoveryRole recoveryRole) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}");

    /** Checks the name and the kind of URL. */
    public NodeSettings {
        if (!NAME.matcher(name).matches()) {
            throw new StartRefusedException(
                    "The node name '%s' is not allowed.".formatted(name),
                    "Use lower-case letters and digits only, beginning with a letter (for example '%s'): other names split in two"
                                    .formatted(suggestion(name))
                            + " when one of their settings comes from an environment variable.");
        }
        if (!url.startsWith("jdbc:postgresql:") || Driver.parseURL(url, null) == null) {
            throw new StartRefusedException(
                    "The URL of node '%s' is not a PostgreSQL JDBC URL that the driver understands.".formatted(name),
                    "Write it as jdbc:postgresql://host:5432/database.");
        }
    }

    /**
     * A node with one role for work and for recovery.
     *
     * @param name the node's name
     * @param url its JDBC URL
     * @param username its role, or null
     * @param password its password, or null
     * @param pool limits of its connection pool
     */
    public NodeSettings(
            String name, String url, @Nullable String username, @Nullable String password, PoolSettings pool) {
        this(name, url, username, password, pool, null);
    }

    /**
     * A node with the default pool and one role.
     *
     * @param name the node's name
     * @param url its JDBC URL
     * @param username its role, or null
     * @param password its password, or null
     */
    public NodeSettings(String name, String url, @Nullable String username, @Nullable String password) {
        this(name, url, username, password, PoolSettings.DEFAULT);
    }

    /**
     * @param role the role for recovery
     * @return these settings with it
     */
    public NodeSettings withRecoveryRole(RecoveryRole role) {
        return new NodeSettings(name, url, username, password, pool, role);
    }

    /** {@return the name and the address without credentials and driver properties} */
    @Override
    public String toString() {
        return name + " at " + address();
    }

    /** {@return the URL without user, password and properties, fit for logs and displays} */
    public String address() {
        String withoutProperties = url.replaceFirst("[?].*$", "");
        return withoutProperties.replaceFirst("//[^/@]*@", "//");
    }

    private static String suggestion(String name) {
        String allowed = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return NAME.matcher(allowed).matches() ? allowed : "east";
    }
}
