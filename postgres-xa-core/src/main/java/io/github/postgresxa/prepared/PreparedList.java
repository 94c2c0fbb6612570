package io.github.postgresxa.prepared;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
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
 */
public record PreparedList(List<PreparedBranch> ours, int foreign, Position position) {

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

    private static final String STANDBY_OR_NOT = WHERE + ";\n";

    /**
     * The position of a server.
     *
     * @param flushed the end of its log that is safe on its disk
     * @param nextXid above all xids that were assigned
     */
    public record Position(long flushed, long nextXid) {

        private static Position of(String text) {
            String[] parts = text.split(" ", 2);
            return new Position(Long.parseLong(parts[0]), Long.parseUnsignedLong(parts[1]));
        }
    }

    private static final String ONE = STANDBY_OR_NOT + LOOK + """
            where (gid like 'pgxa/1/%1$s/%%' or gid like 'pgxa/2/%1$s/%%') and database = current_database()
            order by prepared
            """;

    private static final String THESE = STANDBY_OR_NOT + LOOK + """
            where gid in (%s) and database = current_database()
            """;

    /**
     * Only what looks like ours is sent; the strict grammar then decides. Branches of other databases cannot be
     * finished from here.
     */
    private static final String LIST = STANDBY_OR_NOT + LOOK + """
            where gid like 'pgxa/%%' and database = current_database()
            order by prepared limit %d;
            select count(*) from pg_prepared_xacts where not (gid like 'pgxa/%%' and database = current_database())
            """.formatted(LIMIT);

    /**
     * Lists one transaction's branches in the node's own database.
     *
     * @param wire a wire to the node
     * @param id the transaction
     * @return its prepared branches
     * @throws SQLException if the node did not answer
     */
    public static List<PreparedBranch> of(Wire wire, TransactionId id) throws SQLException {
        return branches(wire.send(ONE.formatted(id)).orThrow()).ours();
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
        String names = gids.stream().map(g -> "'" + g.text() + "'").collect(Collectors.joining(", "));
        try (Wire wire = node.connectForRecovery()) {
            Set<Gid> listed = branches(wire.send(THESE.formatted(names)).orThrow()).ours().stream()
                    .map(PreparedBranch::gid)
                    .collect(Collectors.toSet());
            return listed.containsAll(gids);
        }
    }

    /** {@return whether there may be more of ours than this} */
    public boolean cut() {
        return ours.size() >= LIMIT;
    }

    /**
     * Reads a server's position.
     *
     * @param wire a wire to it
     * @return its position; empty for a standby
     * @throws SQLException if it did not answer
     */
    public static Optional<Position> position(Wire wire) throws SQLException {
        List<@Nullable String> row = wire.send(WHERE).orThrow().rows().get(0);
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
        return branches(wire.send(LIST).orThrow());
    }

    private static PreparedList branches(Reply reply) throws SQLException {
        List<PreparedBranch> ours = new ArrayList<>();
        int foreign = 0;
        Position position = new Position(0, 0);
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 2) {
                refuseStandby(row);
                position = Position.of(String.valueOf(row.get(1)));
                continue;
            }
            if (row.size() == 1) {
                foreign += Integer.parseInt(String.valueOf(row.get(0)));
                continue;
            }
            Optional<Gid> gid = Gid.ours(String.valueOf(row.get(0)));
            if (gid.isPresent()) {
                Duration age = Duration.ofMillis(Math.max(0, Long.parseLong(String.valueOf(row.get(2)))));
                ours.add(new PreparedBranch(gid.get(), String.valueOf(row.get(1)), age, xid(row)));
            } else {
                foreign++;
            }
        }
        return new PreparedList(ours, foreign, position);
    }

    private static void refuseStandby(List<@Nullable String> row) throws SQLException {
        if (!"f".equals(row.get(0))) {
            throw new SQLException(STANDBY, TAKES_NO_WRITES);
        }
    }

    /**
     * Completes an xid of the view, which shows the lower 32 bits. A prepared xid is never 2^31 away from the present.
     */
    private static long xid(List<@Nullable String> row) {
        return xid(String.valueOf(row.get(3)), Long.parseUnsignedLong(String.valueOf(row.get(4))));
    }

    /**
     * Completes an xid of 32 bits.
     *
     * @param shown the xid as a view shows it
     * @param present an xid of 64 bits that is less than 2^31 away
     * @return the xid of 64 bits
     */
    public static long xid(String shown, long present) {
        int lowerBits = (int) Long.parseLong(shown);
        return present + (lowerBits - (int) present);
    }
}
