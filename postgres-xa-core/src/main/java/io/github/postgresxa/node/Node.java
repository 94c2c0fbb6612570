package io.github.postgresxa.node;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.log.Sanitizer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * One configured PostgreSQL database.
 *
 * @param settings how to reach it
 * @param application what the server shows as {@code application_name}, unless the URL names another
 * @param connector opens wires to it
 * @param experience what this process has learned about it
 * @param readYourWrites what this process has acknowledged as committed and not finished there
 */
public record Node(
        NodeSettings settings,
        String application,
        Connector connector,
        Experience experience,
        ReadYourWrites readYourWrites) {

    /**
     * Creates a node that was not used yet.
     *
     * @param settings how to reach it
     * @param application what the server shows as {@code application_name}, unless the URL names another
     * @param connector opens wires to it
     * @param readYourWrites what this process has acknowledged as committed and not finished there
     */
    public Node(NodeSettings settings, String application, Connector connector, ReadYourWrites readYourWrites) {
        this(settings, application, connector, new Experience(), readYourWrites);
    }

    /**
     * Creates a node where no commit is acknowledged before it is finished.
     *
     * @param settings how to reach it
     * @param application what the server shows as {@code application_name}, unless the URL names another
     * @param connector opens wires to it
     */
    public Node(NodeSettings settings, String application, Connector connector) {
        this(settings, application, connector, new ReadYourWrites(Duration.ZERO, MonotonicClock.SYSTEM, id -> {}));
    }

    /**
     * Creates a node that is reached over the driver, and where no commit is acknowledged before it is finished.
     *
     * @param settings how to reach it
     * @param application what the server shows as {@code application_name}, unless the URL names another
     */
    public Node(NodeSettings settings, String application) {
        this(settings, application, Connector.DRIVER);
    }

    /** {@return the configured name} */
    public String name() {
        return settings.name();
    }

    /** {@return its hosts with their ports, and the database: without credentials, safe for logs and displays} */
    public String place() {
        Properties properties = Driver.parseURL(settings.url(), null);
        if (properties == null) {
            return settings.address();
        }
        String[] hosts = properties.getProperty("PGHOST", "localhost").split(",");
        String[] ports = properties.getProperty("PGPORT", "5432").split(",");
        StringJoiner servers = new StringJoiner(",");
        for (int i = 0; i < hosts.length; i++) {
            servers.add(hosts[i] + ":" + ports[Math.min(i, ports.length - 1)]);
        }
        String database = properties.getProperty("PGDBNAME");
        return Sanitizer.escaped(database == null ? servers.toString() : servers + "/" + database);
    }

    /**
     * Opens a wire outside the pool, with limits on every wait, for queries after a lost reply.
     *
     * @return a wire in no transaction
     * @throws SQLException if the node does not answer
     */
    public Wire connect() throws SQLException {
        return connector.connect(this, settings.username(), settings.password());
    }

    /**
     * Opens a wire like {@link #connect}, under the role for recovery if there is one.
     *
     * @return a wire in no transaction
     * @throws SQLException if the node does not answer
     */
    public Wire connectForRecovery() throws SQLException {
        RecoveryRole role = settings.recoveryRole();
        return role == null ? connect() : connector.connect(this, role.username(), role.password());
    }

    /** {@return the name of the role for recovery; null if the URL or the driver chooses it} */
    public @Nullable String recoveryUser() {
        RecoveryRole role = settings.recoveryRole();
        return role == null ? settings.username() : role.username();
    }

    /** {@return the URL with defaults for a long-lived connection, unless the user's URL sets them} */
    String poolUrl() {
        String url = settings.url();
        url = withDefault(url, PGProperty.APPLICATION_NAME, application);
        url = withDefault(url, PGProperty.TCP_KEEP_ALIVE, "true");
        url = withDefault(url, PGProperty.CONNECT_TIMEOUT, "5");
        // A frozen server accepts connections and never answers.
        url = withDefault(url, PGProperty.LOGIN_TIMEOUT, "5");
        return withDefault(url, PGProperty.CANCEL_SIGNAL_TIMEOUT, "2");
    }

    /** {@return the limit of a login, from the URL or the default} Agroal would override the URL with "no limit". */
    Duration loginTimeout() {
        Properties properties = Driver.parseURL(poolUrl(), null);
        String seconds = properties == null ? null : PGProperty.LOGIN_TIMEOUT.getOrDefault(properties);
        return Duration.ofSeconds(seconds == null ? 0 : (long) Double.parseDouble(seconds));
    }

    /** {@return a number of seconds that the user's URL states; empty if it states none, or 0 for "no limit"} */
    OptionalInt stated(PGProperty property) {
        Properties properties = Driver.parseURL(settings.url(), null);
        String seconds = properties == null ? null : property.getOrNull(properties);
        int whole = seconds == null ? 0 : (int) Math.ceil(Double.parseDouble(seconds));
        return whole > 0 ? OptionalInt.of(whole) : OptionalInt.empty();
    }

    private static String withDefault(String url, PGProperty property, String value) {
        if (url.contains(property.getName() + "=")) {
            return url;
        }
        String encoded = java.net.URLEncoder.encode(value, java.nio.charset.StandardCharsets.UTF_8);
        return url + (url.contains("?") ? "&" : "?") + property.getName() + "=" + encoded;
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
