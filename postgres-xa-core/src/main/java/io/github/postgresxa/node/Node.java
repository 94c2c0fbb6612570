package io.github.postgresxa.node;

import io.github.postgresxa.NodeSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.core.BaseConnection;
import org.postgresql.xa.PGXADataSource;

/**
 * One configured PostgreSQL database.
 *
 * @param settings how to reach it
 * @param application what the server shows as {@code application_name}, unless the URL names another
 */
public record Node(NodeSettings settings, String application) {

    /** Connections of our own never wait longer than this for a server that does not answer, in seconds. */
    private static final int CONNECT_LIMIT = 3;

    private static final int ANSWER_LIMIT = 10;

    /** {@return the configured name} */
    public String name() {
        return settings.name();
    }

    /**
     * Opens a connection outside the pool, with limits on every wait, for recovery and for asking again after a lost reply.
     *
     * @return a connection in auto-commit mode
     * @throws SQLException if the node does not answer
     */
    public BaseConnection connect() throws SQLException {
        PGXADataSource source = new PGXADataSource();
        source.setUrl(poolUrl());
        source.setConnectTimeout(CONNECT_LIMIT);
        source.setLoginTimeout(CONNECT_LIMIT);
        source.setSocketTimeout(ANSWER_LIMIT);
        source.setReadOnly(false);
        Connection connection = settings.username() == null
                ? source.getConnection()
                : source.getConnection(settings.username(), settings.password());
        BaseConnection open = connection.unwrap(BaseConnection.class);
        Reply reply = Burst.send(open, "set statement_timeout = 0;\n" + Durability.RAISE_FOR_SESSION);
        if (reply.error() != null) {
            open.close();
        }
        reply.orThrow();
        return open;
    }

    /** {@return the URL with what a long-lived connection should have, unless the user's URL says otherwise} */
    String poolUrl() {
        String url = settings.url();
        url = withDefault(url, PGProperty.APPLICATION_NAME, application);
        url = withDefault(url, PGProperty.TCP_KEEP_ALIVE, "true");
        url = withDefault(url, PGProperty.CONNECT_TIMEOUT, "5");
        url = withDefault(
                url, PGProperty.LOGIN_TIMEOUT, "5"); // A frozen server takes connections and never says a word.
        return withDefault(url, PGProperty.CANCEL_SIGNAL_TIMEOUT, "2");
    }

    /** {@return the limit of a login, from the URL or ours. Agroal would set "none" over what the URL says} */
    Duration loginTimeout() {
        Properties properties = Driver.parseURL(poolUrl(), null);
        String seconds = properties == null ? null : PGProperty.LOGIN_TIMEOUT.getOrDefault(properties);
        return Duration.ofSeconds(seconds == null ? 0 : (long) Double.parseDouble(seconds));
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
