package io.github.postgresxa.test;

import io.github.postgresxa.test.server.BaseBackup;
import io.github.postgresxa.test.server.Deadline;
import io.github.postgresxa.test.server.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A standby that runs as a process of this machine, made from a copy of its primary's files. */
final class ServerStandby extends ServerNode implements StandbyNode {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A standby with fewer connections or prepared transactions than its primary does not start. */
    private static final String SETTINGS_OF_PRIMARY = """
            select coalesce(string_agg(name || '=' || current_setting(name), E'\\n' order by name), '')
            from pg_settings
            where source = 'configuration file' and sourcefile like '%postgres-xa-test.conf'
              and name not in ('port', 'listen_addresses', 'unix_socket_directories')
              and name not in ('primary_conninfo', 'primary_slot_name', 'wal_retrieve_retry_interval')
            """;

    private static final String DROP_SLOT = """
            select count(pg_drop_replication_slot(slot_name))
            from pg_replication_slots
            where slot_name = ? and not active
            """;

    private final PostgresNode primary;
    private final Server server;

    private ServerStandby(String name, Server server, PostgresNode primary) {
        super(name, server, primary.database());
        this.primary = primary;
        this.server = server;
    }

    /** The slot comes first: it keeps what the copy needs to become consistent, and later what the standby missed. */
    static StandbyNode of(PostgresNode primary, String name, List<String> ownSettings) {
        Path data = primary.dataDirectory()
                .orElseThrow(() -> new IllegalStateException(
                        "node '%s' runs in a container: only a process of this machine can have a standby"
                                .formatted(primary.name())));
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException(
                    "'%s' names a replication slot, too: use lower-case letters, digits and underscores"
                            .formatted(name));
        }
        var settings = new ArrayList<>(
                primary.queryForString(SETTINGS_OF_PRIMARY).lines().toList());
        settings.add("primary_conninfo=host=127.0.0.1 port=%d user=%s application_name=%s"
                .formatted(primary.port(), primary.username(), name));
        settings.add("primary_slot_name=" + name);
        settings.add("wal_retrieve_retry_interval=200ms");
        settings.addAll(ownSettings);
        primary.queryForLong(DROP_SLOT, name); // of an earlier standby that ended while its primary was down
        primary.queryForString("select pg_create_physical_replication_slot(?, true)::text", name);
        var standby = new ServerStandby(
                name,
                TestServers.onCopy(name, settings, copy -> BaseBackup.copy(primary::connect, data, copy)),
                primary);
        try {
            standby.start();
            standby.awaitStreaming();
        } catch (RuntimeException e) {
            standby.close();
            throw e;
        }
        return standby;
    }

    private void awaitStreaming() {
        awaitReplication("state = 'streaming'");
    }

    private void awaitReplication(String condition) {
        Deadline.in(LIMIT)
                .await(
                        () -> primary.queryForLong(
                                        "select count(*) from pg_stat_replication where application_name = ? and "
                                                + condition,
                                        name())
                                > 0,
                        () -> "standby '%s' does not follow '%s': %s".formatted(name(), primary.name(), condition));
    }

    @Override
    public PostgresNode primary() {
        return primary;
    }

    @Override
    public void makeSynchronous() {
        primary.execute(
                "alter system set synchronous_standby_names = '\"%s\"'".formatted(name()), "select pg_reload_conf()");
        awaitReplication("sync_state = 'sync'");
    }

    @Override
    public void asynchronous() {
        primary.execute("alter system reset synchronous_standby_names", "select pg_reload_conf()");
        Deadline.in(LIMIT)
                .await(
                        () -> primary.queryForString("show synchronous_standby_names")
                                .isEmpty(),
                        () -> "node '%s' still waits for a standby".formatted(primary.name()));
    }

    @Override
    public void awaitCaughtUp() {
        String written = primary.queryForString("select pg_current_wal_flush_lsn()");
        Deadline.in(LIMIT)
                .await(
                        () -> queryForLong("select (pg_last_wal_replay_lsn() >= ?::pg_lsn)::int", written) == 1,
                        () -> "standby '%s' does not reach %s".formatted(name(), written));
    }

    @Override
    public void promote() {
        if (queryForLong("select pg_promote(true, ?)::int", (int) LIMIT.toSeconds()) == 0) {
            throw new IllegalStateException("standby '%s' was not promoted within %s".formatted(name(), LIMIT));
        }
    }

    @Override
    public void close() {
        primary.resume();
        boolean primaryRuns = primary.isRunning();
        if (primaryRuns) {
            asynchronous();
        }
        TestServers.discard(server);
        if (primaryRuns) { // The primary may need a moment to see that its standby is gone.
            Deadline.in(LIMIT)
                    .await(
                            () -> primary.queryForLong(DROP_SLOT, name()) == 1
                                    || primary.queryForLong(
                                                    "select count(*) from pg_replication_slots where slot_name = ?",
                                                    name())
                                            == 0,
                            () -> "the replication slot of standby '%s' stays in use".formatted(name()));
        }
    }
}
