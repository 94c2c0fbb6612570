package io.github.postgresxa.support;

import io.github.postgresxa.test.PostgresNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Blocks a node's branch at its prepare or commit: a deferred constraint trigger of the account table waits for an
 * advisory lock. The product needs no hook for it.
 */
public final class Gate implements AutoCloseable {

    private final PostgresNode node;
    private final Connection holder;

    private Gate(PostgresNode node, Connection holder) {
        this.node = node;
        this.holder = holder;
    }

    /** Needs the account table. */
    public static Gate closed(PostgresNode node) throws SQLException {
        node.execute("""
                create or replace function gate() returns trigger language plpgsql as
                'begin perform pg_advisory_xact_lock_shared(42); return null; end'
                """, "drop trigger if exists gate on account", """
                create constraint trigger gate after insert or update on account
                deferrable initially deferred for each row execute function gate()
                """);
        Connection holder = node.connect();
        try (Statement s = holder.createStatement()) {
            s.execute("select pg_advisory_lock(42)");
        }
        return new Gate(node, holder);
    }

    public void awaitSomebody() throws Exception {
        Eventually.eventually(
                Duration.ofSeconds(20),
                "somebody waits at the gate of " + node.name(),
                () -> node.queryForLong("select count(*) from pg_locks where locktype = 'advisory' and not granted")
                        > 0);
    }

    public void open() throws SQLException {
        holder.close();
    }

    @Override
    public void close() throws SQLException {
        open();
    }
}
