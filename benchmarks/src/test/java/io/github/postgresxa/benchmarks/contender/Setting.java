package io.github.postgresxa.benchmarks.contender;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a contender is opened for.
 *
 * @param nodes the nodes, in the order in which transactions touch them
 * @param clients how many transactions there are at the same time, at most; every pool is filled with as many
 *     connections
 * @param quiet whether only the transactions shall talk to the nodes, as far as the stack can be configured so; for
 *     counting
 */
public record Setting(List<Address> nodes, int clients, boolean quiet) {

    /**
     * The address of a node on this machine.
     *
     * @param name its name
     * @param port of the server or of a proxy in front of it
     * @param database its database
     * @param postmaster the server's first process
     */
    public record Address(String name, int port, String database, long postmaster) {

        /** The role, and its password, which the servers do not check. */
        static final String USER = "postgres";

        /** {@return the URL, the same for every contender} */
        public String url() {
            return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable&socketFactory=%s"
                    .formatted(port, database, RoundTrips.class.getName());
        }

        private String text() {
            return name + ":" + port + ":" + database + ":" + postmaster;
        }

        private static Address parse(String text) {
            String[] part = text.split(":");
            return new Address(part[0], Integer.parseInt(part[1]), part[2], Long.parseLong(part[3]));
        }
    }

    /**
     * {@return the most connections of a pool}
     *
     * <p>A few more than are needed. In Agroal 3.2.1 a thread that finds a pool full just as a connection becomes
     * free can miss that one, and wait for the next.
     */
    int most() {
        return clients + 2;
    }

    /** {@return the nodes as text for {@link #parse}} */
    public String text() {
        return nodes.stream().map(Address::text).collect(Collectors.joining(";"));
    }

    /** {@return the nodes that {@link #text} wrote} */
    public static List<Address> parse(String text) {
        return Arrays.stream(text.split(";")).map(Address::parse).toList();
    }
}
