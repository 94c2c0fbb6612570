package io.github.postgresxa;

import io.github.postgresxa.log.Sanitizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * How to reach one PostgreSQL node.
 *
 * @param name lower-case letters and digits, beginning with a letter; used in bean names, logs and displays, never in
 *     stored data
 * @param url a {@code jdbc:postgresql:} URL; driver properties may follow its {@code ?}
 * @param username the role for work, and for recovery if there is no {@code recoveryRole}; null if the URL or the
 *     driver's defaults give it
 * @param password its password; null if the server needs none
 * @param pool limits of the node's connection pool
 * @param recoveryRole the role for recovery; null if it is the role for work
 * @param required whether a transaction rolls back if this node gives it no connection, whatever the application does
 *     afterwards; default true
 */
public record NodeSettings(
        String name,
        String url,
        @Nullable String username,
        @Nullable String password,
        PoolSettings pool,
        @Nullable RecoveryRole recoveryRole,
        boolean required) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,62}");
    private static final Pattern USER_INFO = Pattern.compile("^[^?]*//[^/?]*@");
    private static final Pattern SSL_PASSWORD = Pattern.compile("[?&]sslpassword=");

    /** Checks the name and the URL. */
    public NodeSettings {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidConfigurationException(
                    "The node name '%s' is not allowed.".formatted(Sanitizer.escaped(name)),
                    ("Use lower-case letters and digits only, beginning with a letter (for example '%s'): other names"
                                            + " split in two")
                                    .formatted(suggestion(name))
                            + " when one of their settings comes from an environment variable.");
        }
        checkUrl(name, url);
    }

    /** Checks the URL before the driver sees it, because the driver logs what it cannot parse. */
    private static void checkUrl(String name, String url) {
        if (url.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidConfigurationException(
                    "The URL of node '%s' contains a line break or another control character.".formatted(name),
                    "Remove it. In a file of properties, look for \\n and for continued lines.");
        }
        if (USER_INFO.matcher(url).find()) {
            throw new InvalidConfigurationException(
                    "The URL of node '%s' names a user before its host, which PostgreSQL's driver does not know."
                            .formatted(name),
                    "Set username and password of the node instead.");
        }
        if (SSL_PASSWORD.matcher(url).find()) {
            throw new InvalidConfigurationException(
                    ("The URL of node '%s' holds sslpassword, which the driver writes to its log and shows in"
                                    + " DatabaseMetaData.getURL().")
                            .formatted(name),
                    "Name a class that knows it (sslpasswordcallback=), or use a key without a password in a file"
                            + " that only this application's user can read.");
        }
        if (!url.startsWith("jdbc:postgresql:") || Driver.parseURL(url, null) == null) {
            throw new InvalidConfigurationException(
                    "The URL of node '%s' is not a PostgreSQL JDBC URL that the driver understands.".formatted(name),
                    "Write it as jdbc:postgresql://host:5432/database.");
        }
    }

    /**
     * Creates the settings of a required node.
     *
     * @param name the node's name
     * @param url its JDBC URL
     * @param username its role, or null
     * @param password its password, or null
     * @param pool limits of its connection pool
     * @param recoveryRole its role for recovery, or null
     */
    public NodeSettings(
            String name,
            String url,
            @Nullable String username,
            @Nullable String password,
            PoolSettings pool,
            @Nullable RecoveryRole recoveryRole) {
        this(name, url, username, password, pool, recoveryRole, true);
    }

    /**
     * Creates the settings of a required node with one role for work and recovery.
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
     * Creates the settings of a required node with one role and the default pool.
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
     * Returns these settings with a role for recovery.
     *
     * @param role the role for recovery
     * @return the changed copy
     */
    public NodeSettings withRecoveryRole(RecoveryRole role) {
        return new NodeSettings(name, url, username, password, pool, role, required);
    }

    /**
     * Returns these settings for an application that goes on without this node, or with another one, when this one
     * gives no connection. Its transaction may commit then. A failed statement still rolls back.
     *
     * @return the changed copy, not required
     */
    public NodeSettings notRequired() {
        return new NodeSettings(name, url, username, password, pool, recoveryRole, false);
    }

    /** {@return the name and the address, without credentials and driver properties} */
    @Override
    public String toString() {
        return name + " at " + address();
    }

    /** {@return the URL without properties and so without credentials, safe for logs and displays} */
    public String address() {
        int properties = url.indexOf('?');
        return properties < 0 ? url : url.substring(0, properties);
    }

    private static String suggestion(String name) {
        String allowed = name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return NAME.matcher(allowed).matches() ? allowed : "east";
    }
}
