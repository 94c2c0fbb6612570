package io.github.postgresxa.test.server;

import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** The addresses of what this JVM has started for its tests: servers, and proxies before them. */
public final class OwnAddresses {
    private static final String LOOPBACK = "loopback";
    private static final Set<String> ADDRESSES = ConcurrentHashMap.newKeySet();

    private OwnAddresses() {}

    /** Adds an address. Servers keep theirs until the JVM ends, whether they run or not. */
    public static void add(String host, int port) {
        ADDRESSES.add(address(host, String.valueOf(port)));
    }

    /** Removes an address that somebody else may get now. */
    public static void remove(String host, int port) {
        ADDRESSES.remove(address(host, String.valueOf(port)));
    }

    /** {@return whether every address in a JDBC URL is one of them; false for any other text} */
    public static boolean contain(String jdbcUrl) {
        @Nullable Properties url = Driver.parseURL(jdbcUrl, null);
        String hosts = url == null ? null : PGProperty.PG_HOST.getOrDefault(url);
        String ports = url == null ? null : PGProperty.PG_PORT.getOrDefault(url);
        if (hosts == null || ports == null) {
            return false;
        }
        String[] host = hosts.split(",", -1);
        String[] port = ports.split(",", -1);
        for (int i = 0; i < host.length; i++) {
            if (i >= port.length || !ADDRESSES.contains(address(host[i], port[i]))) {
                return false;
            }
        }
        return true;
    }

    private static String address(String host, String port) {
        return (isLoopback(host) ? LOOPBACK : host.toLowerCase(Locale.ROOT)) + ":" + port;
    }

    /** Looks at the text only: a name that has to be resolved is no address of ours. */
    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.startsWith("127.")
                || host.equals("::1")
                || host.equals("[::1]");
    }
}
