package io.github.postgresxa.reliability.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.reliability.load.Report;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The same accidents on this project and on the stacks that are in use. What peers do is recorded, not judged; what
 * ours does is asserted. {@code -Dpeers.only=ATOMIKOS} restricts it to a stack, {@code -Dpeers.accident=F9} to some
 * accidents; {@code -Dpeers.seconds} sets the length of the kill run.
 */
@PostgresNodes({"east", "north", "west"})
class PeersCompared {

    private interface Accident {
        String happens(Accidents accidents) throws Exception;
    }

    private final long seed = Long.getLong("peers.seed", new Random().nextLong());
    private final Map<String, Accident> accidents = new LinkedHashMap<>();
    private final Map<String, Map<Peer, String>> seen = new LinkedHashMap<>();

    PeersCompared() {
        accidents.put("F1 the application swallows a failed statement and commits", Accidents::swallowedFailure);
        accidents.put(
                "F2 a node is away for longer than the log is kept, and the application is restarted meanwhile",
                Accidents::awayForLongerThanTheLogIsKept);
        accidents.put(
                "F3 killed after the decision, restarted while one node is down; that node was used last",
                a -> a.oneNodeDown("west-20 north+10 east+10", "east"));
        accidents.put(
                "F3 the same; the node that is down was used first (for ours it is the home)",
                a -> a.oneNodeDown("east-20 north+10 west+10", "east"));
        accidents.put(
                "F4 `app-1` starts while the second COMMIT PREPARED of `app-10` is late by 7 s (Atomikos: "
                        + "`max_timeout` of `app-1` 2 s)",
                Accidents::nameThatBeginsLikeAnother);
        accidents.put(
                "F5 a node is read through a data source with `readOnly=true`",
                Accidents::readerThroughAReadOnlyDataSource);
        accidents.put(
                "F5 a node is written through a data source with `readOnly=true`",
                Accidents::writeThroughAReadOnlyDataSource);
        accidents.put(
                "F6 the backend is terminated just before it gets COMMIT PREPARED",
                Accidents::backendKilledBeforeCommitPrepared);
        accidents.put("F7 an operator rolls a prepared branch back by hand", Accidents::rolledBackByHand);
        accidents.put(
                "F8 the backend that prepared a branch is terminated between the phases",
                Accidents::backendKilledBetweenThePhases);
        accidents.put(
                "F9 an Error in the driver that reads the reply to an UPDATE; the application rolls back and "
                        + "continues",
                a -> a.errorInTheDriver("~west:update_account"));
        accidents.put(
                "F9 an Error in the driver that reads the answer to PREPARE TRANSACTION",
                a -> a.errorInTheDriver("~west:prepare_transaction"));
        accidents.put("killed between two COMMIT PREPARED, restarted without its disk", Accidents::logLost);
    }

    @Test
    void everyStackHasTheSameAccidents(PostgresNode east, PostgresNode north, PostgresNode west) throws Exception {
        System.err.println("seed " + seed);
        String only = System.getProperty("peers.only", "");
        String accident = System.getProperty("peers.accident", "");
        accidents.keySet().removeIf(title -> !title.startsWith(accident));
        List<PostgresNode> nodes = List.of(east, north, west);
        for (Peer peer : Peer.values()) {
            if (only.isEmpty() || only.equals(peer.name())) {
                compare(peer, nodes);
            }
        }
        Report.write("peers", only.isEmpty() && accident.isEmpty(), page());
        System.err.println(page());
        assertOurs();
    }

    private void compare(Peer peer, List<PostgresNode> nodes) throws Exception {
        Path directory =
                Files.createDirectories(Path.of("target", "peers", peer.name().toLowerCase(java.util.Locale.ROOT))
                        .toAbsolutePath());
        try (PeerTestBed stage = new PeerTestBed(peer, nodes, directory)) {
            for (Map.Entry<String, Accident> accident : accidents.entrySet()) {
                stage.reset();
                see(accident.getKey(), peer, happens(stage, accident.getValue()));
            }
            stage.reset();
        }
        nodes.forEach(n -> n.execute("drop table account"));
        int seconds = Integer.getInteger("peers.seconds", 60);
        see(
                "%d s of load, instances and nodes killed at random".formatted(seconds),
                peer,
                new KillRun(peer, nodes, directory, seed).run(Duration.ofSeconds(seconds)));
        for (PostgresNode node : nodes) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '" + p.gid() + "'"));
            node.execute("drop table account", "drop table ledger");
        }
    }

    /** That an accident cannot be arranged is a result, too. */
    private static String happens(PeerTestBed stage, Accident accident) {
        try {
            return accident.happens(new Accidents(stage));
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            return "could not be shown: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    private void see(String row, Peer peer, String what) {
        System.err.println(peer + " | " + row + " | " + what);
        seen.computeIfAbsent(row, r -> new EnumMap<>(Peer.class)).put(peer, what);
    }

    private void assertOurs() {
        List<String> ours = seen.values().stream()
                .map(row -> row.getOrDefault(Peer.POSTGRES_XA, ""))
                .toList();
        // What an operator did by hand against the decision cannot be undone; it must be reported.
        assertThat(ours.stream().filter(s -> s.contains("**partial**")))
                .as("seed %d", seed)
                .allMatch(s -> s.contains("The nodes do not agree"))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(ours)
                .as("seed %d", seed)
                .noneMatch(s -> s.contains("left prepared**")
                        || s.contains("could not be shown")
                        || s.contains("hang")
                        || s.contains("** lost")
                        || s.contains("** ghosts")
                        || s.contains("** partial,"));
    }

    private String page() {
        StringBuilder page = new StringBuilder();
        page.append("""
                # The same accidents on other stacks

                Written by `PeersCompared` (`./mvnw -pl reliability -am verify -Ppeers`). %s pgjdbc 42.7 from the
                Spring Boot BOM. Seed %d. Every stack runs in a separate process, on the same nodes, under the same
                load, behind the same proxy. The peers are set up as their documentation says, with their defaults
                except for what makes a minute long enough: Atomikos `max_timeout` 10 s (default 300 s),
                `recovery_delay` 2 s, one retry after 1 s, and for F2 `forget_orphaned_log_entries_delay` 3 s (default
                24 h); Narayana recovers every 3 s (default 120 s). Ours keeps its defaults, except for a retention of
                2 s. The wait is 40 s at most after each accident, 90 s after the load.

                """.formatted(Report.circumstances(), seed));
        List<Peer> peers = List.of(Peer.values());
        page.append("| accident |")
                .append(peers.stream().map(p -> " " + p.title() + " |").collect(Collectors.joining()))
                .append("\n|---|")
                .append("---|".repeat(peers.size()))
                .append('\n');
        seen.forEach((row, found) -> {
            page.append("| ").append(row).append(" |");
            peers.forEach(p ->
                    page.append(' ').append(found.getOrDefault(p, "not run")).append(" |"));
            page.append('\n');
        });
        page.append("""

                *told* is what the application's transaction manager reported. A transfer takes 10 from one node and
                gives it to others: *all legs* is right after "done", *no leg* after "rolled back"; *partial* is never
                right. *Lost*: told "done", and not there. *Ghost*: told "rolled back", and there.

                Each row is a method of `Accidents`; `-Dpeers.only=ATOMIKOS` (or `NARAYANA`, `POSTGRES_XA`) runs one
                stack.
                """);
        return page.toString();
    }
}
