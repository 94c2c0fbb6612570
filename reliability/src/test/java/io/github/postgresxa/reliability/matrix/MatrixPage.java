package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.PostgresNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Writes the matrix as a page of the documentation. */
final class MatrixPage {

    private final List<Result> results;
    private final long seed;
    private final Duration took;
    private final PostgresNode node;

    MatrixPage(List<Result> results, long seed, long nanos, PostgresNode node) {
        this.results = results;
        this.seed = seed;
        this.took = Duration.ofNanos(nanos);
        this.node = node;
    }

    /** A rerun of single scenarios does not change the page. */
    void write() throws IOException {
        if (System.getProperty(Runs.ONLY) != null) {
            return;
        }
        Path page = Path.of("..", "docs", "reliability", "matrix.md");
        Files.createDirectories(page.getParent());
        Files.writeString(page, text());
    }

    private long count(Predicate<Result> which) {
        return results.stream().filter(which).count();
    }

    private long points() {
        return results.stream()
                .map(r -> List.of(
                        r.scenario().play(), r.scenario().point(), r.scenario().position()))
                .distinct()
                .count();
    }

    private String text() {
        return """
                # The crash-point matrix

                Written by `./mvnw -pl reliability -am verify -Pmatrix`; a sample of it runs in every build.

                The application is a separate process and reaches the nodes through proxies that know PostgreSQL's
                protocol. Every message of every play below is hit at every position (before the node sees it;
                executed, and the reply is lost; after the reply) by every kind of fault. Where the driver breaks, the
                application's own socket throws an Error or an unchecked exception instead (half of the message is
                sent, or nothing of it; all is sent, and the reply remains unread; the reply is read and lost), and
                the connection stays in order. A second instance, which reaches the nodes directly, recovers. After
                each fault is healed, the rows that the transfer wrote beside its balances are compared with the reply
                to the caller, what the decision says, and what the status says; money, prepared branches and locks are
                counted; each session that the application's pools hand out is checked; and a plain transfer over all
                nodes must succeed.

                **%d scenarios: %d crash points × kinds of fault, %d broken promises.** %d ms on average, %d min in
                all. Seed %d. PostgreSQL %s, %d cores, Java %s.

                %s

                %s

                %s

                %s
                """.formatted(
                        results.size(),
                        points(),
                        count(r -> !r.violations().isEmpty()),
                        results.stream().mapToLong(r -> r.took().toMillis()).sum() / Math.max(1, results.size()),
                        took.toMinutes(),
                        seed,
                        node.queryForString("show server_version").split(" ", 2)[0],
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version().feature(),
                        promises(),
                        counts(),
                        told(),
                        messages());
    }

    private String promises() {
        StringBuilder table = new StringBuilder("| broken promise | times |\n|---|---|\n");
        for (Violation violation : Violation.values()) {
            table.append("| %s | %d |\n"
                    .formatted(words(violation), count(r -> r.violations().containsKey(violation))));
        }
        return table.toString().strip();
    }

    private static String words(Violation violation) {
        return switch (violation) {
            case LOST -> "lost: told \"ok\", not all is there";
            case PARTIAL -> "partial: some is there, or the decision says otherwise";
            case FALSE_ROLLBACK -> "told \"rolled back\", and it is there";
            case WRONG_STATUS -> "the status contradicts the ledger";
            case WRONG_SUM -> "money made or gone";
            case LEFT_OVER -> "left prepared, or its locks left";
            case NOT_FORGOTTEN -> "a decision stays after its retention";
            case BAD_ANSWER -> "no answer, or one that no caller may see";
            case OUT_OF_STEP -> "a session handed out in a transaction, or out of step";
            case UNHEALTHY -> "no plain transfer succeeds afterwards";
        };
    }

    private Set<ProtocolRun> plays() {
        return results.stream().map(r -> r.scenario().play()).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private String counts() {
        StringBuilder table = new StringBuilder("## Scenarios\n\n| play |");
        Arrays.stream(FaultType.values())
                .forEach(s -> table.append(' ').append(s.title()).append(" |"));
        table.append(" all |\n|---|")
                .append("---|".repeat(FaultType.values().length + 1))
                .append('\n');
        for (ProtocolRun play : plays()) {
            table.append("| ").append(play.title()).append(" |");
            for (FaultType strike : FaultType.values()) {
                table.append(" %d |"
                        .formatted(count(r ->
                                r.scenario().play().equals(play) && r.scenario().strike() == strike)));
            }
            table.append(" %d |\n".formatted(count(r -> r.scenario().play().equals(play))));
        }
        return table.toString().strip();
    }

    private String told() {
        StringBuilder table = new StringBuilder("## Replies to the caller\n\n"
                + "\"Nothing\" is a caller whose application died. The last columns: how often the "
                + "message to be hit was not sent this time, and how long after the end of the "
                + "fault nothing was prepared or locked any more.\n\n"
                + "| play | ok | rolled back | unknown, is there | unknown, is not there | nothing, is "
                + "there | nothing, is not there | not sent | settled after, median | slowest |"
                + "\n|---|---|---|---|---|---|---|---|---|---|\n");
        for (ProtocolRun play : plays()) {
            Predicate<Result> its = r -> r.scenario().play().equals(play);
            List<Duration> settled =
                    results.stream().filter(its).map(Result::settled).sorted().toList();
            table.append("| %s | %d | %d | %d | %d | %d | %d | %d | %d ms | %d ms |\n"
                    .formatted(
                            play.title(),
                            count(its.and(r -> r.told() == ReportedOutcome.OK)),
                            count(its.and(r -> r.told() == ReportedOutcome.ROLLED_BACK)),
                            count(its.and(r -> r.told() == ReportedOutcome.UNKNOWN && r.durable())),
                            count(its.and(r -> r.told() == ReportedOutcome.UNKNOWN && !r.durable())),
                            count(its.and(r -> r.told() == ReportedOutcome.NOTHING && r.durable())),
                            count(its.and(r -> r.told() == ReportedOutcome.NOTHING && !r.durable())),
                            count(its.and(r -> r.struck().isEmpty())),
                            settled.get(settled.size() / 2).toMillis(),
                            settled.get(settled.size() - 1).toMillis()));
        }
        return table.toString().strip();
    }

    private String messages() {
        Map<String, Set<String>> byPlay = new LinkedHashMap<>();
        results.forEach(r -> byPlay.computeIfAbsent(r.scenario().play().title(), p -> new LinkedHashSet<>())
                .add(r.scenario().point().label()));
        StringBuilder list = new StringBuilder("## The messages that were walked\n");
        byPlay.forEach((play, points) -> list.append("\n* **%s**: %s".formatted(play, String.join(", ", points))));
        return list.toString().strip();
    }
}
