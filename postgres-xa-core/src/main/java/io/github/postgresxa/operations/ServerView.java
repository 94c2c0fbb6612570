package io.github.postgresxa.operations;

import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings and the state of one server.
 *
 * @param versionNumber for example 180006
 * @param version for example {@code 18.6}
 * @param maxPrepared {@code max_prepared_transactions}
 * @param maxConnections {@code max_connections}
 * @param fsync whether {@code fsync} is on
 * @param fullPageWrites whether {@code full_page_writes} is on
 * @param synchronousCommit {@code synchronous_commit} as a new session of this role has it
 * @param synchronousStandbys {@code synchronous_standby_names}
 * @param walLevel {@code wal_level}
 * @param standby whether it is a standby
 * @param clockAhead how far its clock is ahead of ours; negative if it is behind
 * @param prepared all prepared transactions of the server
 * @param replicas standbys and others that stream from it
 * @param synchronousReplicas those that commits wait for; -1 if this role may not see that
 */
record ServerView(
        int versionNumber,
        String version,
        int maxPrepared,
        int maxConnections,
        boolean fsync,
        boolean fullPageWrites,
        String synchronousCommit,
        String synchronousStandbys,
        String walLevel,
        boolean standby,
        Duration clockAhead,
        int prepared,
        int replicas,
        int synchronousReplicas) {

    /** Recovery's own session raises synchronous_commit: asked is what it was before. */
    private static final String LOOK = """
            select current_setting('server_version_num'), current_setting('server_version'),
                   current_setting('max_prepared_transactions'), current_setting('max_connections'),
                   current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
                   (select reset_val from pg_settings where name = 'synchronous_commit'),
                   current_setting('synchronous_standby_names'), current_setting('wal_level'), pg_is_in_recovery(),
                   (extract(epoch from clock_timestamp()) * 1000)::bigint,
                   (select count(*) from pg_prepared_xacts), (select count(*) from pg_stat_replication),
                   (select case when count(*) > count(state) then -1
                                else count(*) filter (where sync_state in ('sync', 'quorum')) end from pg_stat_replication)
            """;

    static ServerView read(Wire wire) throws SQLException {
        Instant before = Instant.now();
        List<@Nullable String> row = Rows.one(wire, LOOK);
        Instant middle = before.plus(Duration.between(before, Instant.now()).dividedBy(2));
        return new ServerView(
                (int) Rows.number(row, 0),
                Rows.text(row, 1).split(" ", 2)[0],
                (int) Rows.number(row, 2),
                (int) Rows.number(row, 3),
                Rows.yes(row, 4),
                Rows.yes(row, 5),
                Rows.text(row, 6),
                Rows.text(row, 7),
                Rows.text(row, 8),
                Rows.yes(row, 9),
                Duration.between(middle, Instant.ofEpochMilli(Rows.number(row, 10))),
                (int) Rows.number(row, 11),
                (int) Rows.number(row, 12),
                (int) Rows.number(row, 13));
    }
}
