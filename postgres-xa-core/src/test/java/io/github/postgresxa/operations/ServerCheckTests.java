package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Properties that no server of a test can have. */
class ServerCheckTests {

    private static final Node NODE =
            new Node(new NodeSettings("west", "jdbc:postgresql://west:5432/bank", "bank", null), "doctor");

    private static Finding finding(String check, int version, int prepared, Duration clock) {
        ServerView server = new ServerView(
                new ServerFacts("x", 100, true, "", 1, "on"),
                version,
                100,
                true,
                true,
                "",
                "replica",
                clock,
                prepared,
                0,
                0,
                Set.of());
        return new ServerCheck(NODE, server)
                .findings().stream()
                        .filter(f -> f.check().equals(check))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aServerThatIsTooOld() {
        assertThat(finding("version", 130_014, 0, Duration.ZERO).severity()).isEqualTo(Severity.ERROR);
        assertThat(finding("version", 140_000, 0, Duration.ZERO).severity()).isEqualTo(Severity.OK);
    }

    @Test
    void aClockThatIsWrongIsANoticeBecauseNoOutcomeDependsOnIt() {
        Finding behind = finding("clock", 180_000, 0, Duration.ofHours(-1));
        assertThat(behind.severity()).isEqualTo(Severity.NOTICE);
        assertThat(behind.what()).contains("3600000 ms behind");
        assertThat(finding("clock", 180_000, 0, Duration.ofSeconds(1)).severity())
                .isEqualTo(Severity.OK);
    }

    @Test
    void slotsThatAreNearlyAllTaken() {
        assertThat(finding("max-prepared-transactions", 180_000, 80, Duration.ZERO)
                        .severity())
                .isEqualTo(Severity.WARNING);
        assertThat(finding("max-prepared-transactions", 180_000, 79, Duration.ZERO)
                        .severity())
                .isEqualTo(Severity.OK);
    }
}
