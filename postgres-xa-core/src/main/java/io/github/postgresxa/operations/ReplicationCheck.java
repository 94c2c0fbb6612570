package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks standbys and slots, and what a failover would lose. */
final class ReplicationCheck {

    private static final long GIGABYTE = 1L << 30;

    private static final String SLOTS = """
            select slot_name, slot_type, active, \
            coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint, coalesce(two_phase, false)
            from pg_replication_slots where not temporary order by 4 desc limit 100
            """;

    private ReplicationCheck() {}

    static List<Finding> findings(Node node, Wire wire, ServerView server) throws SQLException {
        List<Finding> found = new ArrayList<>();
        if (!server.facts().primary()) {
            return found;
        }
        found.add(Finding.ok(node.name(), "wal_level", "wal_level = " + server.walLevel()));
        standbys(node.name(), server, found);
        for (List<@Nullable String> slot : Rows.of(wire, SLOTS)) {
            slot(node.name(), slot, found);
        }
        return found;
    }

    private static void standbys(String node, ServerView server, List<Finding> found) {
        if (server.synchronousStandbys().isEmpty()) {
            if (server.replicas() > 0) {
                found.add(new Finding(
                        node,
                        "failover",
                        Severity.NOTICE,
                        "it has standbys, but commits wait for none of them",
                        "A failover to one of them can lose decisions and branches that were acknowledged; it"
                                + " is noticed and reported, not repaired.",
                        "Let commits wait for one of them, or name those that you fail over to:",
                        "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'; SELECT pg_reload_conf();"));
            }
        } else if (server.synchronousReplicas() == 0) {
            found.add(new Finding(
                    node,
                    "failover",
                    Severity.WARNING,
                    "synchronous_standby_names = '%s', and none of them is connected"
                            .formatted(server.synchronousStandbys()),
                    "Every commit waits until one is: transactions hang, and are answered as unknown after 30 s.",
                    "Look which one is missing, and start it.",
                    "SELECT application_name, state, sync_state FROM pg_stat_replication;"));
        } else {
            found.add(Finding.ok(node, "failover", "commits wait for synchronous standbys"));
        }
    }

    private static void slot(String node, List<@Nullable String> slot, List<Finding> found) {
        String name = Rows.text(slot, 0);
        long behind = Rows.number(slot, 3);
        boolean active = Rows.yes(slot, 2);
        if (!active) {
            found.add(new Finding(
                    node,
                    "slots",
                    behind > GIGABYTE ? Severity.WARNING : Severity.NOTICE,
                    "replication slot '%s' is used by nobody and keeps %d MB of WAL".formatted(name, behind >> 20),
                    "The server removes no WAL that the slot still needs; when its disk is full, it stops, with"
                            + " everything that is prepared on it.",
                    "If its consumer is gone for ever:",
                    "SELECT pg_drop_replication_slot('%s');".formatted(name.replace("'", "''"))));
        }
        if ("logical".equals(slot.get(1)) && !Rows.yes(slot, 4)) {
            found.add(new Finding(
                    node,
                    "slots",
                    Severity.NOTICE,
                    "logical slot '%s' decodes without two_phase".formatted(name),
                    "A prepared branch is sent when it is committed, all at once; while it is in doubt, the"
                            + " slot keeps the WAL since it began.",
                    "If the subscriber should get branches when they are prepared, disable its subscription there, set"
                            + " two_phase = true, and enable it again.",
                    ""));
        }
    }
}
