package io.github.postgresxa.benchmarks.contender;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a contender is opened for.
 *
 * @param nodes the nodes, in the order in which transactions touch them
 * @param clients how many transactions there are at the same time, at most; every pool is filled with as many connections
 * @param quiet whether nothing but the transactions shall talk to the nodes, as far as the stack can be told so; for counting
 */
public record Setting(List<Address> nodes, int clients, boolean quiet) {

    /**
     * Where a node is reached, on this machine.
     *
     * @param name its name
     * @param port of the server or of something before it
     * @param database its database
     */
    public record Address(String name, int port, String database) {

        /** The role, and its password, which the servers do not ask for. */
        static final String USER = "postgres";

        /** {@return the URL, the same for every contender} */
        public String url() {
            return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable".formatted(port, database);
        }

        private String text() {
            return name + ":" + port + ":" + database;
        }

        private static Address parse(String text) {
            String[] part = text.split(":");
            return new Address(part[0], Integer.parseInt(part[1]), part[2]);
        }
    }

    /**
     * {@return the most connections of a pool}
     *
     * <p>A few more than are needed. In Agroal 3.2.1 somebody who finds a pool full just as a connection becomes free can miss that, and wait until the next one does.
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
