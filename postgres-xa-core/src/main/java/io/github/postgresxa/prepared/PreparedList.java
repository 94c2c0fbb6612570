package io.github.postgresxa.prepared;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pg_prepared_xacts} lists on one server.
 *
 * @param ours branches of ours in the node's own database, oldest first, at most {@value #LIMIT}
 * @param foreign everything else on the server: counted, never touched
 * @param position where the server is
 * @param cut whether the server may list more of ours than these
 */
public record PreparedList(List<PreparedBranch> ours, int foreign, Position position, boolean cut) {

    /** The most branches that one query reads. */
    public static final int LIMIT = 10_000;

    /** SQLSTATE of a node that is a standby now. */
    public static final String TAKES_NO_WRITES = "25006";

    private static final String STANDBY = "it is a standby: it takes no writes, and does not list what is prepared";

    // A separate query takes the snapshot once. Within each row, the server would sort all running xids again, prepared
    // ones among them.
    private static final String LOOK = """
            select gid, owner, (extract(epoch from clock_timestamp() - prepared) * 1000)::bigint,
                   transaction, (select pg_snapshot_xmax(pg_current_snapshot()))
            from pg_prepared_xacts
            """;

    /**
     * Runs in the same message before the list, because a standby lists nothing, whatever was prepared on its primary.
     */
    private static final String WHERE = """
            select pg_is_in_recovery(), case when not pg_is_in_recovery()
                then (pg_current_wal_flush_lsn() - '0/0'::pg_lsn) || ' ' \
            || pg_snapshot_xmax(pg_current_snapshot()) end""";

    private enum Part implements Burst.Name {
        POSITION,
        LISTED,
        FOREIGN
    }

    /**
     * The position of a server.
     *
     * @param flushed the end of its log that is safe on its disk
     * @param nextXid above all xids that were assigned
     */
    public record Position(long flushed, Xid8 nextXid) {

        private static Position of(String text) {
            String[] parts = text.split(" ", 2);
            return new Position(Long.parseLong(parts[0]), Xid8.parse(parts[1]));
        }
    }

    private static final String ONE = LOOK + """
            where (gid like 'pgxa/1/%1$s/%%' or gid like 'pgxa/2/%1$s/%%') and database = current_database()
            order by prepared
            """;

    private static final String THESE = LOOK + """
            where gid in (%s) and database = current_database()
            """;

    /**
     * Only what looks like ours is sent; the strict grammar then decides. Branches of other databases cannot be
     * finished from here.
     */
    private static final String LIST = LOOK + """
            where gid like 'pgxa/%%' and database = current_database()
            order by prepared limit %d;
            """;

    private static final String COUNT_FOREIGN =
            "select count(*) from pg_prepared_xacts where not (gid like 'pgxa/%' and database = current_database())";

    /**
     * Lists one transaction's branches in the node's own database.
     *
     * @param wire a wire to the node
     * @param id the transaction
     * @return its prepared branches
     * @throws SQLException if the node did not answer
     */
    public static List<PreparedBranch> of(Wire wire, TransactionId id) throws SQLException {
        return branches(wire, ONE.formatted(id));
    }

    /**
     * Whether a node lists a branch. Opens a separate connection, because the caller may hold that of another node.
     *
     * @param node a node
     * @param gid a branch
     * @return whether the node lists it now
     * @throws SQLException if the node did not answer
     */
    public static boolean lists(Node node, Gid gid) throws SQLException {
        try (Wire wire = node.connectForRecovery()) {
            return of(wire, gid.transaction()).stream().anyMatch(b -> b.gid().equals(gid));
        }
    }

    /**
     * Whether a node lists several branches, over a separate connection.
     *
     * @param node a node
     * @param gids branches, at least one
     * @return whether the node lists all of them now
     * @throws SQLException if the node did not answer
     */
    public static boolean listsAll(Node node, Collection<Gid> gids) throws SQLException {
        try (Wire wire = node.connectForRecovery()) {
            return listed(wire, gids).containsAll(gids);
        }
    }

    /**
     * Finds out which branches a node still lists.
     *
     * @param wire a wire to the node, outside a transaction
     * @param gids branches, at least one
     * @return those that it lists now
     * @throws SQLException if the node did not answer
     */
    public static Set<Gid> listed(Wire wire, Collection<Gid> gids) throws SQLException {
        String names = gids.stream().map(g -> "'" + g.text() + "'").collect(Collectors.joining(", "));
        return branches(wire, THESE.formatted(names)).stream()
                .map(PreparedBranch::gid)
                .collect(Collectors.toSet());
    }

    /**
     * Reads a server's position.
     *
     * @param wire a wire to it
     * @return its position; empty for a standby
     * @throws SQLException if it did not answer
     */
    public static Optional<Position> position(Wire wire) throws SQLException {
        List<@Nullable String> row = wire.send(WHERE).row();
        return Optional.ofNullable(row.get(1)).map(Position::of);
    }

    /**
     * Reads the list.
     *
     * @param wire a wire to the node
     * @return what the server lists
     * @throws SQLException if the node did not answer, or is a standby
     */
    public static PreparedList read(Wire wire) throws SQLException {
        return read(wire, LIMIT);
    }

    static PreparedList read(Wire wire, int limit) throws SQLException {
        Burst burst = listing(LIST.formatted(limit)).then(Part.FOREIGN, COUNT_FOREIGN);
        Reply reply = wire.send(burst.text()).orThrow();
        Position position = position(reply, burst);
        List<List<@Nullable String>> listed = reply.rows(burst, Part.LISTED);
        List<PreparedBranch> ours = ours(listed);
        int others =
                Integer.parseInt(String.valueOf(reply.row(burst, Part.FOREIGN).get(0)));
        // The limit counts what looks like ours, too.
        return new PreparedList(ours, others + listed.size() - ours.size(), position, listed.size() >= limit);
    }

    /** {@return whether it has this branch of ours} */
    public boolean lists(Gid gid) {
        return ours.stream().anyMatch(b -> b.gid().equals(gid));
    }

    private static Burst listing(String query) {
        return positioned(Part.LISTED, query);
    }

    /** {@return a question that a standby does not answer} */
    static Burst positioned(Burst.Name name, String query) {
        return new Burst().then(Part.POSITION, WHERE + ";\n").then(name, query);
    }

    private static List<PreparedBranch> branches(Wire wire, String query) throws SQLException {
        Burst burst = listing(query);
        Reply reply = wire.send(burst.text()).orThrow();
        position(reply, burst);
        return ours(reply.rows(burst, Part.LISTED));
    }

    /** {@return where the server is} Refuses a standby. */
    static Position position(Reply reply, Burst burst) throws SQLException {
        List<@Nullable String> row = reply.row(burst, Part.POSITION);
        if (!"f".equals(row.get(0))) {
            throw new SQLException(STANDBY, TAKES_NO_WRITES);
        }
        return Position.of(String.valueOf(row.get(1)));
    }

    private static List<PreparedBranch> ours(List<List<@Nullable String>> listed) {
        List<PreparedBranch> ours = new ArrayList<>(listed.size());
        for (List<@Nullable String> row : listed) {
            Gid.ours(String.valueOf(row.get(0))).ifPresent(gid -> {
                Duration age = Duration.ofMillis(Math.max(0, Long.parseLong(String.valueOf(row.get(2)))));
                Xid8 present = Xid8.parse(String.valueOf(row.get(4)));
                ours.add(new PreparedBranch(
                        gid, String.valueOf(row.get(1)), age, present.nearest(String.valueOf(row.get(3)))));
            });
        }
        return ours;
    }
}
