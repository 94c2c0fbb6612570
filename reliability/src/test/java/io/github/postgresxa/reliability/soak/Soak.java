package io.github.postgresxa.reliability.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.ClientLog;
import io.github.postgresxa.reliability.load.EarlierVersion;
import io.github.postgresxa.reliability.load.Report;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random faults under load for {@code -Dsoak.minutes}, by default 30; {@code -Dsoak.seed} repeats the choices of an
 * earlier run. From 20 minutes on, every kind of fault must have struck, and the figures become {@code
 * docs/reliability/soak.md}. With {@code -Dsoak.earlier=<commit>} one of the two instances is of an earlier version, as
 * in the middle of a rolling update.
 */
@PostgresNodes({"east", "north", "west"})
class Soak {

    private static final Duration STRETCH = Duration.ofSeconds(55);

    @Test
    void randomFaultsBreakNothing(PostgresNode east, PostgresNode north, PostgresNode west) throws Exception {
        int minutes = Integer.getInteger("soak.minutes", 30);
        String earlier = System.getProperty("soak.earlier", "");
        boolean forTheRecord = minutes >= 20 && earlier.isEmpty();
        long seed = Long.getLong("soak.seed", new Random().nextLong());
        Path directory = Files.createDirectories(Path.of("target", "soak").toAbsolutePath());
        try (SoakRun run = new SoakRun(seed, List.of(east, north, west), directory, firstClassPath(earlier))) {
            run.run(Duration.ofMinutes(minutes), STRETCH);
            run.checkWhatStays();
            if (forTheRecord) {
                assertNotVacuous(run);
            }
            Report.write("soak", forTheRecord, page(run, minutes));
            run.log().reasons().stream().limit(40).forEach(System.err::println);
        }
    }

    private static String firstClassPath(String earlier) throws Exception {
        return earlier.isEmpty()
                ? Application.presentClassPath()
                : EarlierVersion.find(earlier)
                        .orElseGet(() -> abort(earlier + " is not in this history"))
                        .classPath();
    }

    private static void assertNotVacuous(SoakRun run) {
        ClientLog log = run.log();
        assertThat(log.count("ok")).isGreaterThanOrEqualTo(5_000);
        assertThat(log.count("info") + log.unanswered())
                .as("unknown to the client")
                .isGreaterThanOrEqualTo(10);
        assertThat(log.count("recovered COMMITTED")).isGreaterThanOrEqualTo(50);
        assertThat(log.count("recovered ROLLED_BACK")).isGreaterThanOrEqualTo(50);
        assertThat(run.struck())
                .containsOnlyKeys(NemesisFault.values())
                .allSatisfy((trouble, times) -> assertThat(times).isGreaterThanOrEqualTo(5));
    }

    private static String page(SoakRun run, int minutes) {
        ClientLog log = run.log();
        StringBuilder page = new StringBuilder();
        page.append("""
                # Soak: random faults under load

                Written by `Soak` (`./mvnw -pl reliability -am verify -Psoak -Dsoak.minutes=%d`). %s Three nodes, two
                instances of eight clients each, every instance with its own network to every node; a fault every 2 s
                on average, several active at the same time. About every minute all faults are healed, the clients
                rest, and the invariants are checked on the servers against the clients' log, which is kept outside of
                the applications. One broken invariant ends the run as failed.

                Seed %d. %d minutes, %d audits, **0 lost, 0 partial, 0 doubled, 0 left prepared**.

                | reported to clients | transfers |
                |---|---|
                | done | %d |
                | surely not done | %d |
                | unknown | %d |
                | nothing, because the application was killed | %d |
                | *of these:* the same transfer requested again | %d |

                | also | |
                |---|---|
                | audits within a transaction (all accounts of all nodes locked), every one of them equal to the \
                total | %d |
                | branches that recovery committed | %d |
                | branches that recovery rolled back | %d |
                | longest time until nothing was prepared or open, once the clients were at rest | %d ms |
                | most decision rows at an audit, on all nodes; with 90 s of retention all were gone at the end | %d |

                | fault | times |
                |---|---|
                """.formatted(
                        minutes,
                        Report.circumstances(),
                        run.seed(),
                        minutes,
                        run.audits(),
                        log.count("ok"),
                        log.count("fail"),
                        log.count("info"),
                        log.unanswered(),
                        log.retries(),
                        log.audits().values().stream().mapToLong(n -> n).sum(),
                        log.count("recovered COMMITTED"),
                        log.count("recovered ROLLED_BACK"),
                        run.longestSettling().toMillis(),
                        run.mostDecisions()));
        run.struck().forEach((trouble, times) -> page.append("| %s | %d |%n".formatted(trouble.text(), times)));
        page.append("""

                Checked at each audit: I1 the sum, I2 each account against its ledger, I3 all legs or none, I4 what
                was reported as done is there, I5 what was reported as not done is not, I6 what was left unknown is
                all or nothing and `PostgresXa.outcome` says which, I7 no doubled leg, I8 nothing of ours prepared and
                a foreign prepared transaction untouched, I9 no lock without a session and every account lockable, I14
                the locking audits. At the end: I10 no decision older than its retention, I13 `bt_index_check` of
                every index. Not checked here: I11 (health and metrics), I12 (it follows from I8).
                """);
        return page.toString();
    }
}
