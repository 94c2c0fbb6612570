package io.github.postgresxa.operations;

import io.github.postgresxa.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Checks version, settings and clock of one server. */
final class ServerCheck {

    private static final int OLDEST = 140_000;

    private static final Duration CLOCK = Duration.ofSeconds(5);

    private static final Set<String> WEAK = Set.of("off", "local", "remote_write");

    private static final String RESTART = "It takes effect when the server is restarted, its standbys first.";

    private final String node;
    private final int pool;
    private final ServerView server;
    private final List<Finding> found = new ArrayList<>();

    ServerCheck(Node node, ServerView server) {
        this.node = node.name();
        this.pool = node.settings().pool().maxSize();
        this.server = server;
    }

    List<Finding> findings() {
        version();
        primary();
        maxPrepared();
        onOrElse(
                "fsync",
                server.fsync(),
                "the server acknowledges what a power failure can take back: commits, prepared branches and decisions"
                        + " are lost");
        onOrElse(
                "full_page_writes",
                server.fullPageWrites(),
                "a power failure in the middle of a write leaves torn pages that recovery of the server cannot repair");
        synchronousCommit();
        clock();
        return found;
    }

    private void version() {
        if (server.versionNumber() < OLDEST) {
            add(
                    "version",
                    Severity.ERROR,
                    "PostgreSQL " + server.facts().version(),
                    "The protocol needs what PostgreSQL 14 and newer have.",
                    "Upgrade this server (pg_upgrade), see https://www.postgresql.org/docs/current/upgrading.html",
                    "");
        } else {
            found.add(Finding.ok(node, "version", "PostgreSQL " + server.facts().version()));
        }
    }

    private void primary() {
        if (!server.facts().primary()) {
            add(
                    "primary",
                    Severity.ERROR,
                    "the address leads to a standby",
                    "It takes no writes, so the node cannot take part. After a failover the address must lead to the"
                            + " new primary.",
                    "Append targetServerType=primary to the node's URL and name all its hosts; or, if the primary is"
                            + " gone for good, promote this server (SELECT pg_promote()).",
                    "");
        } else {
            found.add(Finding.ok(node, "primary", "takes writes"));
        }
    }

    private void maxPrepared() {
        String check = "max-prepared-transactions";
        int max = server.facts().maxPrepared();
        int wanted = Math.max(100, Math.max(server.maxConnections(), pool));
        String command = "ALTER SYSTEM SET max_prepared_transactions = %d;".formatted(wanted);
        String what = "max_prepared_transactions = %d, %d in use; pool.max-size = %d, max_connections = %d"
                .formatted(max, server.prepared(), pool, server.maxConnections());
        if (max == 0) {
            add(
                    check,
                    Severity.ERROR,
                    what,
                    "PREPARE TRANSACTION is switched off on this server, so it cannot take part.",
                    RESTART,
                    command);
        } else if (max < pool) {
            add(
                    check,
                    Severity.ERROR,
                    what,
                    "A full pool of one application instance can have more branches prepared at once; the application"
                            + " refuses to start.",
                    RESTART,
                    command);
        } else if (server.prepared() * 5L >= max * 4L) {
            add(
                    check,
                    Severity.WARNING,
                    what,
                    "Hardly a slot is free. When none is left, every transaction over several nodes is rolled back at"
                            + " its PREPARE.",
                    RESTART,
                    command);
        } else if (max < server.maxConnections()) {
            add(
                    check,
                    Severity.NOTICE,
                    what,
                    "Several instances together can have more branches prepared than there are slots; those that find"
                            + " none are rolled back.",
                    RESTART,
                    command);
        } else {
            found.add(Finding.ok(node, check, what));
        }
        if (server.replicas() > 0) {
            add(
                    "standbys",
                    Severity.NOTICE,
                    "%d servers stream from it".formatted(server.replicas()),
                    ("A standby needs max_prepared_transactions of at least %d, or it refuses to start, and stops"
                                    + " replaying when the value here is raised.")
                            .formatted(max),
                    "On every standby, then restart it:",
                    "ALTER SYSTEM SET max_prepared_transactions = %d;".formatted(Math.max(max, 1)));
        }
    }

    private void onOrElse(String setting, boolean on, String why) {
        if (on) {
            found.add(Finding.ok(node, setting, setting + " = on"));
        } else {
            add(
                    setting,
                    Severity.ERROR,
                    setting + " = off",
                    "With this " + why + ".",
                    "",
                    "ALTER SYSTEM SET %s = on; SELECT pg_reload_conf();".formatted(setting));
        }
    }

    private void synchronousCommit() {
        String what = "synchronous_commit = %s".formatted(server.synchronousCommit());
        if (WEAK.contains(server.synchronousCommit())) {
            add(
                    "synchronous_commit",
                    Severity.NOTICE,
                    what,
                    "Transactions over several nodes raise it to 'on' for themselves; other transactions of this role"
                            + " can be lost after they were acknowledged.",
                    "",
                    "ALTER ROLE CURRENT_USER SET synchronous_commit = on;");
        } else {
            found.add(Finding.ok(node, "synchronous_commit", what));
        }
    }

    private void clock() {
        long millis = server.clockAhead().toMillis();
        String what = "its clock is %d ms %s ours".formatted(Math.abs(millis), millis < 0 ? "behind" : "ahead of");
        if (Math.abs(millis) > CLOCK.toMillis()) {
            add(
                    "clock",
                    Severity.NOTICE,
                    what,
                    "No outcome depends on clocks, but retention does, and people who compare logs.",
                    "Look on that server and here; then let both follow one time source.",
                    "$ chronyc tracking");
        } else {
            found.add(Finding.ok(node, "clock", what));
        }
    }

    private void add(String check, Severity severity, String what, String why, String advice, String command) {
        found.add(new Finding(node, check, severity, what, why, advice, command));
    }
}
