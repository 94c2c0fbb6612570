package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.operations.TextLayout;
import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.yaml.snakeyaml.Yaml;

/** The night of {@code docs/operations/a-night.md}: what happens to the servers, and the console beside them. */
final class Night implements TranscriptPage.Stage, AutoCloseable {

    static final String DECIDED = "36907eb0-f016-423f-918a-c61723359ba8";
    static final String UNDECIDED = "5d0c1b6e-8a43-4c5f-a7d1-20f3b9e64c11";
    private static final List<String> OF_A_MANAGER =
            List.of("71e6a7ff-3f0d-4a52-8c6e-9d8b5a0c4e22", "c48d2f10-6b7e-4f39-b1a5-e07c13d95a33");

    private static final long LIMIT_S = 60;

    private final PostgresNode east;
    private final PostgresNode west;
    private final Path folder;
    private final Map<String, String> identities;
    private CompletableFuture<Integer> billing = CompletableFuture.completedFuture(0);

    Night(PostgresNode east, PostgresNode west, Path folder) throws IOException {
        this.east = east;
        this.west = west;
        this.folder = folder;
        this.identities = Map.of(identity(east), "74642ed7ffd85422", identity(west), "4d78a1175215ea41");
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost east west\n");
        StringBuilder nodes = new StringBuilder();
        for (PostgresNode node : List.of(east, west)) {
            String key = "postgres.xa.nodes.%s.".formatted(node.name());
            nodes.append("%surl=%s%n"
                    .formatted(
                            key,
                            Jar.patient("jdbc:postgresql://%s:%d/%s"
                                    .formatted(node.name(), node.port(), node.database()))));
            nodes.append("%susername=%s%n%spassword=%s%n".formatted(key, node.username(), key, node.password()));
        }
        Files.writeString(folder.resolve("nodes.properties"), nodes);
        Path script = folder.resolve("postgres-xa");
        Files.writeString(script, """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dpostgres.xa.program=postgres-xa \
                -Duser.name=dba -Djdk.net.hosts.file=hosts -jar '%s' "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"), Jar.PATH.toAbsolutePath()));
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    @Override
    public void turn(String name) throws Exception {
        switch (name) {
            case "east fails" -> {
                leave();
                east.kill();
            }
            case "east is started" -> {
                east.start();
                // Before, an order would be refused: the manager could still be at work.
                await("select (max(prepared) < clock_timestamp() - interval '11 s')::int from pg_prepared_xacts");
            }
            default -> throw new IllegalArgumentException("'%s' is no turn of the night".formatted(name));
        }
    }

    /** What the application leaves behind when east fails and all its instances end. */
    private void leave() throws SQLException {
        String decided = "pgxa/1/%s/%s/%s".formatted(DECIDED, identity(east), identity(west));
        String xid = prepare(west, decided, "update account set balance = balance + 25 where id = 1");
        east.execute("begin; update account set balance = balance - 25 where id = 1; insert into pgxa.decision (gtrid,"
                + " outcome, xid, coordinator, participants, participant_xids, participant_incarnations)"
                + " values ('%s', 'C', pg_current_xact_id(), 'bank', array['%s'], array['%s'::xid8], array['%s']);"
                        .formatted(DECIDED, identity(west), xid, incarnation(west))
                + " commit");
        prepare(
                west,
                "pgxa/1/%s/%s/%s".formatted(UNDECIDED, identity(east), identity(west)),
                "insert into account values (2, 40)");
        int account = 10;
        for (String id : OF_A_MANAGER) {
            account++;
            String manager = "41544f4d.%s.MQ".formatted(base64("bank-7" + "1795348894580000" + account));
            for (PostgresNode node : List.of(east, west)) {
                prepare(
                        node,
                        "pgxa/2/%s/%s/%s/%s".formatted(id, identity(east), identity(node), manager),
                        "insert into account values (%d, 0)".formatted(account));
            }
        }
        billing = CompletableFuture.supplyAsync(this::bill);
        await("select count(*) from pg_stat_activity where application_name = 'billing' and wait_event_type = 'Lock'");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Another program wants a row that a branch has changed. */
    private int bill() {
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            s.execute("set application_name = 'billing'");
            return s.executeUpdate("update account set balance = balance - 1 where id = 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(String count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (west.queryForLong(count) == 0) {
            assertThat(System.nanoTime()).as(count).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static String prepare(PostgresNode node, String gid, String work) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute(work);
            String xid;
            try (ResultSet row = s.executeQuery("select pg_current_xact_id()")) {
                row.next();
                xid = row.getString(1);
            }
            s.execute("prepare transaction '%s'".formatted(gid));
            return xid;
        }
    }

    private static String identity(PostgresNode node) {
        return ConsoleTest.identity(node);
    }

    private static String incarnation(PostgresNode node) {
        return node.queryForString("select (select system_identifier from pg_control_system()) || ':'"
                + " || left(pg_walfile_name(pg_current_wal_lsn()), 8)");
    }

    @Override
    public String alert(String name, String node) throws IOException {
        Map<?, ?> file = new Yaml().load(Files.readString(Path.of("../docs/operations/prometheus-alerts.yml")));
        Map<?, ?> group = (Map<?, ?>) ((List<?>) Objects.requireNonNull(file.get("groups"))).get(0);
        Map<?, ?> rule = ((List<?>) Objects.requireNonNull(group.get("rules")))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> name.equals(each.get("alert")))
                        .findFirst()
                        .orElseThrow();
        Map<?, ?> says = (Map<?, ?>) Objects.requireNonNull(rule.get("annotations"));
        Object severity = ((Map<?, ?>) Objects.requireNonNull(rule.get("labels"))).get("severity");
        StringBuilder text = new StringBuilder("%s: %s%n".formatted(severity, name));
        TextLayout console = new TextLayout(TranscriptPage.WIDTH);
        for (String key : List.of("summary", "description", "runbook_url")) {
            String filled = String.valueOf(says.get(key))
                    .replace("{{ $labels.job }}", "bank")
                    .replace("{{ $labels.node }}", node)
                    .replace("{{ $value | humanizeDuration }}", "2m 5s");
            console.lines("", "", filled).forEach(line -> text.append(line).append('\n'));
        }
        assertThat(text.toString()).doesNotContain("{{");
        return text.toString();
    }

    @Override
    public String output(String command) throws Exception {
        Path out = folder.resolve("printed");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        shell.environment().keySet().removeIf(name -> name.equals("COLUMNS") || name.startsWith("PG"));
        shell.environment().merge("PATH", folder.toString(), (path, mine) -> mine + ":" + path);
        shell.start().waitFor();
        return stable(Files.readString(out));
    }

    /** Identities get others of the same length; a time gets another of one digit. */
    private String stable(String printed) {
        String text = printed;
        for (Map.Entry<String, String> identity : identities.entrySet()) {
            text = text.replace(identity.getKey(), identity.getValue());
        }
        return text.replace(":" + east.port(), ":5432")
                .replace(":" + west.port(), ":5432")
                .replace("-p " + east.port(), "-p 5432")
                .replaceAll("\\b(" + east.database() + "|" + west.database() + ")\\b", "bank")
                .replaceAll("\\b\\d+ (s|min)\\b", "9 s")
                .replaceAll("\\b\\d+ ms\\b", "40 ms")
                .replaceAll("\\d+ checks found", "40 checks found")
                .replaceAll("process \\d+", "process 4711")
                .replaceAll("VACUUM: [\\d,]+ transactions", "VACUUM: 5 transactions");
    }

    void assertEverythingIsSettled() throws Exception {
        assertThat(billing.get(LIMIT_S, TimeUnit.SECONDS)).isEqualTo(1);
        for (PostgresNode node : List.of(east, west)) {
            assertThat(node.preparedTransactions())
                    .noneMatch(prepared -> prepared.database().equals(node.database()));
        }
        assertThat(east.queryForLong("select balance from account where id = 1"))
                .isEqualTo(975);
        assertThat(west.queryForLong("select balance from account where id = 1"))
                .isEqualTo(1024);
        assertThat(west.queryForLong("select count(*) from account")).isEqualTo(1);
        assertThat(east.queryForString("select outcome from pgxa.decision where gtrid = '%s'".formatted(UNDECIDED)))
                .isEqualTo("A");
    }

    @Override
    public void close() {
        if (!east.isRunning()) {
            east.start();
        }
    }
}
