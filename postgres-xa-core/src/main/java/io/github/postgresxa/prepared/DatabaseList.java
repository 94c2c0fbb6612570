package io.github.postgresxa.prepared;

import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which databases of a server list branches that look like ours, as a session in any of them sees it. Only a session in
 * such a database can read the branches as ours and finish them, so this sets the pace of scans and nothing else.
 *
 * @param databases those that exist, by their numbers
 * @param started when the server was started, in microseconds by its own clock; 0 if none of the databases exists
 * @param position where the server is
 */
public record DatabaseList(Map<Long, Database> databases, long started, PreparedList.Position position) {

    private static final String QUESTION = """
            select d.oid::bigint, d.datname, d.datallowconn, p.database is not null,
                   (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint
            from pg_database d
                left join (select distinct database from pg_prepared_xacts where gid like 'pgxa/%%') p
                on p.database = d.datname
            where d.oid in (%s)
            """;

    private enum Part implements Burst.Name {
        DATABASES
    }

    /**
     * A database.
     *
     * @param name its present name
     * @param open whether it takes connections
     * @param lists whether something that looks like a branch of ours is prepared there
     */
    public record Database(String name, boolean open, boolean lists) {}

    /**
     * Reads the list.
     *
     * @param wire a wire to any database of the server
     * @param numbers the databases, at least one
     * @return what the server says
     * @throws SQLException if the server did not answer, or is a standby
     */
    public static DatabaseList read(Wire wire, Collection<Long> numbers) throws SQLException {
        String quoted = numbers.stream().map(n -> "'" + n + "'").collect(Collectors.joining(", "));
        Burst burst = PreparedList.positioned(Part.DATABASES, QUESTION.formatted(quoted));
        Reply reply = wire.send(burst.text()).orThrow();
        PreparedList.Position position = PreparedList.position(reply, burst);
        Map<Long, Database> databases = new HashMap<>();
        long started = 0;
        for (List<@Nullable String> row : reply.rows(burst, Part.DATABASES)) {
            databases.put(
                    Long.valueOf(String.valueOf(row.get(0))),
                    new Database(String.valueOf(row.get(1)), "t".equals(row.get(2)), "t".equals(row.get(3))));
            started = Long.parseLong(String.valueOf(row.get(4)));
        }
        return new DatabaseList(Map.copyOf(databases), started, position);
    }
}
