package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server of one node lists as prepared, in all its databases.
 *
 * @param facts what it says about itself
 * @param database the node's database
 * @param total how many there are
 * @param ours how many of them look like ours
 * @param oldestOurs since when the oldest of these is prepared; null if there is none
 * @param entries the oldest, at most {@value #LIMIT}
 */
record ServerList(
        ServerFacts facts,
        String database,
        long total,
        long ours,
        @Nullable Duration oldestOurs,
        List<PreparedEntry> entries) {

    static final int LIMIT = 1_000;

    /** SQLSTATE of a node that is a standby. */
    static final String STANDBY = "25006";

    private static final String COUNTS = """
            select current_database(), count(*), count(*) filter (where gid like 'pgxa/%'),
                   (extract(epoch from clock_timestamp()
                        - min(prepared) filter (where gid like 'pgxa/%')) * 1000)::bigint
            from pg_prepared_xacts
            """;

    static ServerList read(Node node, Wire wire) throws SQLException {
        ServerFacts facts = primary(wire);
        List<@Nullable String> counts = Rows.one(wire, COUNTS);
        return new ServerList(
                facts,
                Rows.text(counts, 0),
                Rows.number(counts, 1),
                Rows.number(counts, 2),
                counts.get(3) == null ? null : Rows.millis(counts, 3),
                Listing.oldest(node, wire, "order by prepared, gid limit " + LIMIT));
    }

    /** {@return what a primary says about itself} Refuses a standby: it lists nothing, whatever is prepared. */
    static ServerFacts primary(Wire wire) throws SQLException {
        ServerFacts facts = ServerFacts.read(wire);
        if (!facts.primary()) {
            throw new SQLException(
                    "the address leads to a standby, which does not list what is prepared on its primary", STANDBY);
        }
        return facts;
    }

    Placement.Place place() {
        return new Placement.Place(facts.incarnation(), database);
    }

    /** {@return whether the server lists more than these} */
    boolean isCut() {
        return total > entries.size();
    }
}
