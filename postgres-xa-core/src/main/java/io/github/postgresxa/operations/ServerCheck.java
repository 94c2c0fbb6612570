package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Checks version, settings and clock of one server. */
final class ServerCheck {

    private static final int OLDEST = 140_000;

    private static final Duration CLOCK = Duration.ofSeconds(5);

    private final String node;
    private final int pool;
    private final ServerView server;
    private final boolean observing;
    private final List<Finding> found = new ArrayList<>();

    ServerCheck(Node node, ServerView server) {
        this(node, server, false);
    }

    /** @param observing whether others manage the transactions: then the pool of the settings does not exist */
    ServerCheck(Node node, ServerView server, boolean observing) {
        this.node = node.name();
        this.pool = observing ? 0 : node.settings().pool().maxSize();
        this.server = server;
        this.observing = observing;
    }

    List<Finding> findings() {
        version();
        primary();
        maxPrepared();
        onOrElse(
                Fault.FSYNC_OFF,
                server.fsync(),
                "the server acknowledges what a power failure can take back: commits, prepared branches and decisions"
                        + " are lost");
        onOrElse(
                Fault.FULL_PAGE_WRITES_OFF,
                server.fullPageWrites(),
                "a power failure in the middle of a write leaves torn pages that recovery of the server cannot repair");
        clock();
        return found;
    }

    private void version() {
        String version = "PostgreSQL " + server.facts().version();
        if (server.versionNumber() < OLDEST) {
            found.add(Fault.OLD_VERSION.found(
                    node,
                    version,
                    observing
                            ? "What is prepared is read with queries that PostgreSQL 14 and newer have."
                            : "The protocol needs what PostgreSQL 14 and newer have.",
                    "Upgrade this server (pg_upgrade), see https://www.postgresql.org/docs/current/upgrading.html",
                    ""));
        } else {
            found.add(Check.VERSION.ok(node, version));
        }
    }

    private void primary() {
        if (!server.facts().primary()) {
            found.add(Fault.STANDBY.found(
                    node,
                    "the address leads to a standby",
                    "It takes no writes, so the node cannot take part. After a failover the address must lead to the"
                            + " new primary.",
                    "Append targetServerType=primary to the node's URL and name all its hosts; or, if the primary is"
                            + " gone for good, promote this server (SELECT pg_promote()).",
                    ""));
        } else {
            found.add(Check.PRIMARY.ok(node, "takes writes"));
        }
    }

    private void maxPrepared() {
        int max = server.facts().maxPrepared();
        String what = "max_prepared_transactions = %d, %d in use; %smax_connections = %d"
                .formatted(
                        max,
                        server.prepared(),
                        observing ? "" : "pool.max-size = " + pool + ", ",
                        server.maxConnections());
        if (max == 0) {
            raise(
                    Fault.PREPARED_OFF,
                    what,
                    "PREPARE TRANSACTION is switched off on this server, so it cannot take part.");
        } else if (max < pool) {
            raise(
                    Fault.PREPARED_BELOW_POOL,
                    what,
                    "A full pool of one application instance can have more branches prepared at once; the application"
                            + " refuses to start.");
        } else if (server.prepared() * 5L >= max * 4L) {
            raise(
                    Fault.PREPARED_NEARLY_USED_UP,
                    what,
                    "Hardly a slot is free. When none is left, every transaction over several nodes is rolled back at"
                            + " its PREPARE.");
        } else if (max < server.maxConnections()) {
            raise(
                    Fault.PREPARED_BELOW_CONNECTIONS,
                    what,
                    "Several instances together can have more branches prepared than there are slots; those that find"
                            + " none are rolled back.");
        } else {
            found.add(Check.MAX_PREPARED.ok(node, what));
        }
        if (server.replicas() > 0) {
            found.add(Check.STANDBYS.ok(
                    node,
                    ("%d servers stream from it; a standby needs max_prepared_transactions of at least %d, or it"
                                    + " refuses to start")
                            .formatted(server.replicas(), max)));
        }
    }

    /**
     * Advises a higher limit: never below the present one, and with room for a quarter more than what is prepared. A
     * server with fewer slots than it needs for what is prepared does not start.
     */
    private void raise(Fault fault, String what, String why) {
        int needed = server.prepared() + server.prepared() / 3 + 1;
        int wanted = IntStream.of(
                        100, server.maxConnections(), pool, server.facts().maxPrepared(), needed)
                .max()
                .orElseThrow();
        boolean full = fault == Fault.PREPARED_NEARLY_USED_UP;
        String settle = full ? "Settle first what has been prepared for long (see in-doubt and foreign). " : "";
        set(
                fault,
                what,
                why,
                settle,
                "max_prepared_transactions",
                String.valueOf(wanted),
                "Run this, then restart the server, its standbys first:",
                "");
    }

    private void onOrElse(Fault fault, boolean on, String why) {
        String setting = fault.check().title();
        if (on) {
            found.add(fault.check().ok(node, setting + " = on"));
        } else {
            set(
                    fault,
                    setting + " = off",
                    "With this " + why + ".",
                    "",
                    setting,
                    "on",
                    "",
                    " SELECT pg_reload_conf();");
        }
    }

    /** Advises a setting. What stands on the command line of the server overrides ALTER SYSTEM. */
    private void set(
            Fault fault,
            String what,
            String why,
            String before,
            String setting,
            String value,
            String after,
            String reload) {
        boolean fixed = server.onCommandLine().contains(setting);
        found.add(fault.found(
                node,
                what,
                why,
                fixed
                        ? before
                                + "The command line of the server sets it, so ALTER SYSTEM has no effect: start the"
                                + " server with -c %s=%s%s."
                                        .formatted(setting, value, after.isEmpty() ? "" : ", its standbys first")
                        : before + after,
                fixed ? "" : "ALTER SYSTEM SET %s = %s;%s".formatted(setting, value, reload)));
    }

    private void clock() {
        long millis = server.clockAhead().toMillis();
        String what = "its clock is %d ms %s ours".formatted(Math.abs(millis), millis < 0 ? "behind" : "ahead of");
        if (Math.abs(millis) > CLOCK.toMillis()) {
            found.add(Fault.CLOCK_OFF.found(
                    node,
                    what,
                    observing
                            ? "People who compare logs depend on it."
                            : "No outcome depends on clocks, but retention does, and people who compare logs.",
                    "Look on that server and here; then let both follow one time source.",
                    "$ chronyc tracking"));
        } else {
            found.add(Check.CLOCK.ok(node, what));
        }
    }
}
