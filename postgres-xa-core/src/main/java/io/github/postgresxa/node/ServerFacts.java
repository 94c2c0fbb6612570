package io.github.postgresxa.node;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about itself.
 *
 * @param version for example {@code 18.6}
 * @param maxPrepared {@code max_prepared_transactions}
 * @param primary whether it accepts writes
 * @param incarnation system identifier and timeline; it changes with a restore or a failover, and an xid has a meaning
 *     only within one
 * @param backend the number of the server process that answered
 * @param synchronousCommit how durable this session's commits are, for example {@code on}
 */
public record ServerFacts(
        String version, int maxPrepared, boolean primary, String incarnation, int backend, String synchronousCommit) {

    /**
     * Also runs on an application's session with its own search path, so every function is named with its schema, and
     * no operator is used.
     */
    private static final String FACTS = """
            select pg_catalog.current_setting('server_version'), \
            pg_catalog.current_setting('max_prepared_transactions'),
                   not pg_catalog.pg_is_in_recovery(), (select system_identifier from pg_catalog.pg_control_system()),
                   case when pg_catalog.pg_is_in_recovery() then 'standby'
                        else pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8) end,
                   pg_catalog.pg_backend_pid(), pg_catalog.current_setting('synchronous_commit')
            """;

    /** {@return whether the server has ever failed over or was restored to a moment: each begins a new timeline} */
    public boolean hasSwitchedTimeline() {
        return !incarnation.endsWith(":00000001");
    }

    /**
     * Queries the facts of a server.
     *
     * @param wire a wire outside a transaction
     * @return the facts
     * @throws SQLException if the server does not answer
     */
    public static ServerFacts read(Wire wire) throws SQLException {
        List<@Nullable String> row = wire.send(FACTS).row();
        String version = String.valueOf(row.get(0)).split(" ", 2)[0];
        return new ServerFacts(
                version,
                Integer.parseInt(String.valueOf(row.get(1))),
                "t".equals(row.get(2)),
                row.get(3) + ":" + row.get(4),
                Integer.parseInt(String.valueOf(row.get(5))),
                String.valueOf(row.get(6)));
    }
}
