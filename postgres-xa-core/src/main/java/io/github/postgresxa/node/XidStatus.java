package io.github.postgresxa.node;

import io.github.postgresxa.gid.Xid8;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How transactions ended on a server, by their xids. It is valid only within one incarnation of the server: after a
 * failover or a restore, a lost xid is assigned again.
 */
public enum XidStatus {
    /** It is committed. */
    COMMITTED,
    /** It is rolled back. */
    ABORTED,
    /** It runs, or is prepared. */
    IN_PROGRESS,
    /** It is not assigned yet, or only to a transaction that still runs. */
    IN_THE_FUTURE,
    /** It ended so long ago that the server does not know any more. */
    FORGOTTEN;

    /**
     * Builds the query for the status of transactions. It also runs on an application's session with its own search
     * path, so everything is named with its schema.
     *
     * @param xids transaction ids
     * @return a query with one row of two columns for each; ends with a line break
     */
    public static String question(Collection<Xid8> xids) {
        return """
                select x, case when x operator(pg_catalog.>=) \
                (select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot()))
                          then 'in the future' else pg_catalog.pg_xact_status(x) end
                from pg_catalog.unnest(array[%s]::pg_catalog.xid8[]) x;
                """.formatted(xids.stream().map(x -> "'" + x + "'").collect(Collectors.joining(", ")));
    }

    /**
     * Reads the answer to {@link #question}.
     *
     * @param rows the answer
     * @param asked the xids of the question
     * @return the status of each of them
     * @throws SQLException if one is missing: the server has not said that it has forgotten it
     */
    public static Map<Xid8, XidStatus> read(List<List<@Nullable String>> rows, Collection<Xid8> asked)
            throws SQLException {
        Map<Xid8, XidStatus> found = new HashMap<>();
        for (List<@Nullable String> row : rows) {
            found.put(Xid8.parse(String.valueOf(row.get(0))), of(row.get(1)));
        }
        for (Xid8 xid : asked) {
            if (!found.containsKey(xid)) {
                throw new SQLException("the server did not say how transaction " + xid + " ended", "08P01");
            }
        }
        return found;
    }

    private static XidStatus of(@Nullable String text) {
        return switch (String.valueOf(text)) {
            case "committed" -> COMMITTED;
            case "aborted" -> ABORTED;
            case "in progress" -> IN_PROGRESS;
            case "in the future" -> IN_THE_FUTURE;
            default -> FORGOTTEN;
        };
    }
}
