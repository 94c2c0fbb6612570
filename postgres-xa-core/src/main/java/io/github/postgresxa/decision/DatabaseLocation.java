package io.github.postgresxa.decision;

import io.github.postgresxa.gid.NodeIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a database, and the place that its identity is bound to.
 *
 * @param identity the identity that its schema holds
 * @param here whether both places are the same; false in a copy, and after a move
 * @param stored the server's system identifier and the database's oid that are stored with the identity; null in a
 *     schema that was never bound
 * @param actual the present ones
 * @param serverStarted when the server was started, which distinguishes two servers with the same system identifier
 */
public record DatabaseLocation(
        NodeIdentity identity, boolean here, @Nullable Spot stored, Spot actual, String serverStarted) {

    /**
     * A database.
     *
     * @param server its server's system identifier
     * @param database its oid
     */
    public record Spot(String server, String database) {

        static @Nullable Spot of(@Nullable String server, @Nullable String database) {
            return server == null || database == null ? null : new Spot(server, database);
        }

        @Override
        public String toString() {
            return "database %s of server %s".formatted(database, server);
        }
    }

    /** {@return what is wrong, as the end of a sentence about the node} */
    public String misplaced() {
        return "its identity %s belongs to %s, but it is %s"
                .formatted(identity, stored == null ? "no database" : stored, actual);
    }

    static DatabaseLocation read(List<@Nullable String> row) {
        return new DatabaseLocation(
                new NodeIdentity(String.valueOf(row.get(0))),
                "t".equals(row.get(1)),
                Spot.of(row.get(2), row.get(3)),
                new Spot(String.valueOf(row.get(4)), String.valueOf(row.get(5))),
                String.valueOf(row.get(6)));
    }
}
