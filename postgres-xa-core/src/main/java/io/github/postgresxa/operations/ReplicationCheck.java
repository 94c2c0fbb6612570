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

    /** @param observing whether others manage the transactions */
    static List<Finding> findings(Node node, Wire wire, ServerView server, boolean observing) throws SQLException {
        List<Finding> found = new ArrayList<>();
        if (!server.facts().primary()) {
            return found;
        }
        found.add(Check.WAL_LEVEL.ok(node.name(), "wal_level = " + server.walLevel()));
        standbys(node.name(), server, observing, found);
        for (List<@Nullable String> slot : Rows.of(wire, SLOTS)) {
            slot(node.name(), slot, found);
        }
        return found;
    }

    private static void standbys(String node, ServerView server, boolean observing, List<Finding> found) {
        boolean fixed = server.onCommandLine().contains("synchronous_standby_names");
        if (server.synchronousStandbys().isEmpty()) {
            if (server.replicas() > 0) {
                found.add(Fault.NO_SYNCHRONOUS_STANDBY.found(
                        node,
                        "it has standbys, but commits wait for none of them",
                        observing
                                ? "A failover to one of them can lose commits and prepared branches that were"
                                        + " acknowledged. The nodes then disagree, and nothing here notices it."
                                : "A failover to one of them can lose decisions and branches that were acknowledged;"
                                        + " it is noticed and reported, not repaired.",
                        fixed
                                ? "The command line of the server sets synchronous_standby_names: name there"
                                        + " those that you fail over to."
                                : "Let commits wait for one of them, or name those that you fail over to:",
                        fixed
                                ? ""
                                : "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)';"
                                        + " SELECT pg_reload_conf();"));
            }
        } else if (server.synchronousReplicas() == 0) {
            found.add(Fault.SYNCHRONOUS_STANDBY_GONE.found(
                    node,
                    "synchronous_standby_names = '%s', and none of them is connected"
                            .formatted(server.synchronousStandbys()),
                    "Every commit waits until one is: transactions hang"
                            + (observing ? "." : ", and are answered as unknown after 30 s."),
                    "Look which one is missing, and start it.",
                    "SELECT application_name, state, sync_state FROM pg_stat_replication;"));
        } else {
            found.add(Check.FAILOVER.ok(node, "commits wait for synchronous standbys"));
        }
    }

    private static void slot(String node, List<@Nullable String> slot, List<Finding> found) {
        String name = Rows.text(slot, 0);
        long behind = Rows.number(slot, 3);
        boolean active = Rows.yes(slot, 2);
        if (!active) {
            Fault fault = behind > GIGABYTE ? Fault.SLOT_KEEPS_MUCH : Fault.SLOT_UNUSED;
            found.add(fault.found(
                    node,
                    "replication slot '%s' is used by nobody and keeps %d MB of WAL".formatted(name, behind >> 20),
                    "The server removes no WAL that the slot still needs; when its disk is full, it stops, with"
                            + " everything that is prepared on it.",
                    "Start its consumer. Only if that is gone for ever:",
                    "SELECT pg_drop_replication_slot(%s);".formatted(SqlText.literal(name))));
        }
        if ("logical".equals(slot.get(1)) && !Rows.yes(slot, 4)) {
            found.add(Fault.SLOT_ONE_PHASE.found(
                    node,
                    "logical slot '%s' decodes without two_phase".formatted(name),
                    "A prepared branch is sent when it is committed, all at once; while it is in doubt, the"
                            + " slot keeps the WAL since it began.",
                    "If the subscriber should get branches when they are prepared: create its subscription with"
                            + " two_phase = true; from PostgreSQL 18 on, a disabled subscription can be altered.",
                    ""));
        }
    }
}
