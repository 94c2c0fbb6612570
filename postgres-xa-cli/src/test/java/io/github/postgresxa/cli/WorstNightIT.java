package io.github.postgresxa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Everything is down but the console, and a person settles the night with what it prints. */
@PostgresNodes(
        value = {"east", "west"},
        settings = "max_prepared_transactions=200") // The doctor has nothing to say about these.
class WorstNightIT extends ConsoleTest {

    /** The page is the play: its commands are carried out in their order. */
    @Test
    void theTranscriptOfTheNightIsWhatTheConsolePrints() throws Exception {
        Path file = Path.of("../docs/operations/a-night.md");
        String page = Files.readString(file);
        String played;
        try (Night night = new Night(east, west, folder)) {
            played = TranscriptPage.played(page, night);
            night.assertEverythingIsSettled();
        }
        if (Boolean.getBoolean("night.write")) {
            Files.writeString(file, played);
        } else if (!TranscriptPage.squeezed(played).equals(TranscriptPage.squeezed(page))) {
            throw new AssertionError(
                    "docs/operations/a-night.md is not what happens; -Dnight.write=true rewrites it:%n".formatted()
                            + TranscriptPage.difference(page, played));
        }
        assertThat(TranscriptPage.tooWide(played)).isEmpty();
    }
}
