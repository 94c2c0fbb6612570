package io.github.postgresxa.operations;

import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings and the state of one server.
 *
 * @param facts what it says about itself to every role that connects
 * @param versionNumber for example 180006
 * @param maxConnections {@code max_connections}
 * @param fsync whether {@code fsync} is on
 * @param fullPageWrites whether {@code full_page_writes} is on
 * @param synchronousStandbys {@code synchronous_standby_names}
 * @param walLevel {@code wal_level}
 * @param clockAhead how far its clock is ahead of ours; negative if it is behind
 * @param prepared all prepared transactions of the server
 * @param replicas standbys and others that stream from it
 * @param synchronousReplicas those that commits wait for; -1 if this role may not see that
 * @param onCommandLine settings that the command line or the environment of the server sets
 */
record ServerView(
        ServerFacts facts,
        int versionNumber,
        int maxConnections,
        boolean fsync,
        boolean fullPageWrites,
        String synchronousStandbys,
        String walLevel,
        Duration clockAhead,
        int prepared,
        int replicas,
        int synchronousReplicas,
        Set<String> onCommandLine) {

    private static final String LOOK = """
            select current_setting('server_version_num'), current_setting('max_connections'),
                   current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
                   current_setting('synchronous_standby_names'), current_setting('wal_level'),
                   (extract(epoch from clock_timestamp()) * 1000)::bigint,
                   (select count(*) from pg_prepared_xacts), (select count(*) from pg_stat_replication),
                   (select case when count(*) > count(state) then -1
                                else count(*) filter (where sync_state in ('sync', 'quorum')) end \
            from pg_stat_replication),
                   (select string_agg(name, ',') from pg_settings
                    where source in ('command line', 'environment variable') and name in ('max_prepared_transactions', \
            'fsync', 'full_page_writes', 'synchronous_standby_names'))
            """;

    static ServerView read(Wire wire) throws SQLException {
        Instant before = Instant.now();
        List<@Nullable String> row = Rows.one(wire, LOOK);
        Instant middle = before.plus(Duration.between(before, Instant.now()).dividedBy(2));
        return new ServerView(
                ServerFacts.read(wire),
                (int) Rows.number(row, 0),
                (int) Rows.number(row, 1),
                Rows.yes(row, 2),
                Rows.yes(row, 3),
                Rows.text(row, 4),
                Rows.text(row, 5),
                Duration.between(middle, Instant.ofEpochMilli(Rows.number(row, 6))),
                (int) Rows.number(row, 7),
                (int) Rows.number(row, 8),
                (int) Rows.number(row, 9),
                Set.of(Rows.text(row, 10).split(",")));
    }
}
