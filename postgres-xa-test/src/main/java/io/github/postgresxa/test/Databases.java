package io.github.postgresxa.test;

import java.util.Set;

/** Makes databases and clears away what tests leave behind. */
final class Databases {
    /** Databases of test classes. Nothing else may have such a name: they are dropped without a question. */
    private static final String PREFIX = "test_";

    private static final String LEFT_BEHIND = """
            select coalesce(string_agg(datname, ','), '')
            from pg_database
            where datname like 'test\\_%'
            """;

    /** A role cannot be dropped before its rights in this database are gone. The other databases are gone by now. */
    private static final String DROP_ROLES = """
            do $$
            declare role name;
            begin
                for role in select rolname from pg_roles where oid >= 16384 loop
                    execute format('drop owned by %I', role);
                    execute format('drop role %I', role);
                end loop;
            end $$
            """;

    /** A test may have left the server waiting for a standby that is gone. */
    private static final String WITHOUT_STANDBY = "set synchronous_commit = local";

    /** A standby that ended while its primary was down left its slot. */
    private static final String DROP_SLOTS =
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active";

    private Databases() {}

    static void createIfMissing(ServerNode node) {
        var maintenance = node.maintenance();
        if (maintenance.queryForLong("select count(*) from pg_database where datname = ?", node.database()) == 0) {
            maintenance.execute(
                    "create database \"%s\"".formatted(node.database().replace("\"", "\"\"")));
        }
    }

    /** {@return an empty database with a name that this server never had} */
    static ServerNode createEmpty(ServerNode server, int number) {
        var node = server.in(PREFIX + number);
        createIfMissing(node);
        return node;
    }

    /**
     * Restores the server to the state that a test class expects, except for the databases in use.
     *
     * <p>Roles and {@code ALTER SYSTEM} belong to the whole server, so they are undone only when no class uses it.
     */
    static void sweep(ServerNode server, Set<String> inUse) {
        var maintenance = server.maintenance();
        for (String database : maintenance.queryForString(LEFT_BEHIND).split(",")) {
            if (!database.isEmpty() && !inUse.contains(database)) {
                drop(server.in(database));
            }
        }
        if (inUse.isEmpty()) {
            maintenance.execute(WITHOUT_STANDBY, DROP_ROLES, "alter system reset all", "select pg_reload_conf()");
            maintenance.execute(DROP_SLOTS);
        }
    }

    /** Prepared transactions first: even {@code with (force)} does not drop a database that has one. */
    static void drop(ServerNode node) {
        for (PreparedTransaction prepared : node.preparedTransactions()) {
            if (prepared.database().equals(node.database())) {
                node.execute(
                        WITHOUT_STANDBY,
                        "rollback prepared '%s'".formatted(prepared.gid().replace("'", "''")));
            }
        }
        node.maintenance()
                .execute(WITHOUT_STANDBY, "drop database if exists %s with (force)".formatted(node.database()));
    }
}
