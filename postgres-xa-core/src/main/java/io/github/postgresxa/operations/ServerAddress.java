package io.github.postgresxa.operations;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoveryRole;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The address of a node's server in the words of PostgreSQL's own programs. It never contains a password.
 *
 * @param hosts the hosts, with commas between them
 * @param ports their ports
 * @param database the database
 * @param user the role that looks after the node: recovery's, if there is one; null if only the system knows it
 * @param options what follows the question mark
 */
record ServerAddress(
        String hosts,
        String ports,
        String database,
        @Nullable String user,
        String options) {

    static ServerAddress of(NodeSettings settings) {
        Properties parsed = Driver.parseURL(settings.url(), null);
        Properties url = parsed == null ? new Properties() : parsed;
        RecoveryRole recovery = settings.recoveryRole();
        String user = recovery != null ? recovery.username() : settings.username();
        return new ServerAddress(
                PGProperty.PG_HOST.getOrDefault(url) == null ? "localhost" : text(PGProperty.PG_HOST, url),
                text(PGProperty.PG_PORT, url),
                text(PGProperty.PG_DBNAME, url),
                user == null ? inUrl(settings.url(), "user") : user,
                options(settings.url()));
    }

    private static String text(PGProperty property, Properties url) {
        String value = property.getOrDefault(url);
        return value == null ? "" : value;
    }

    /** {@return the options that both the driver and PostgreSQL's own programs have} */
    private static String options(String url) {
        List<String> options = new ArrayList<>();
        for (String name : List.of("sslmode", "sslrootcert")) {
            String value = inUrl(url, name);
            if (value != null) {
                options.add(name + "=" + encoded(value));
            }
        }
        if ("primary".equals(inUrl(url, "targetServerType"))) {
            options.add("target_session_attrs=read-write");
        }
        return options.isEmpty() ? "" : "?" + String.join("&", options);
    }

    private static @Nullable String inUrl(String url, String name) {
        int properties = url.indexOf('?');
        if (properties < 0) {
            return null;
        }
        for (String property : url.substring(properties + 1).split("&")) {
            if (property.startsWith(name + "=")) {
                return java.net.URLDecoder.decode(property.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    /** {@return the URI that psql takes, with another database} */
    String uri(String otherDatabase) {
        String[] host = hosts.split(",");
        String[] port = ports.split(",");
        StringBuilder all = new StringBuilder("postgresql://");
        if (user != null) {
            all.append(encoded(user)).append('@');
        }
        for (int i = 0; i < host.length; i++) {
            all.append(i == 0 ? "" : ",").append(host[i]).append(':').append(port[Math.min(i, port.length - 1)]);
        }
        return all.append('/').append(encoded(otherDatabase)).append(options).toString();
    }

    /** {@return the URI that psql takes} */
    String uri() {
        return uri(database);
    }

    /** {@return the first host, without the brackets of an IPv6 address} */
    String firstHost() {
        return hosts.split(",")[0].replaceAll("[\\[\\]]", "");
    }

    /** {@return the first port} */
    String firstPort() {
        return ports.split(",")[0];
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
