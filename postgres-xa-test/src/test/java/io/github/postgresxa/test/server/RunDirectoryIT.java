package io.github.postgresxa.test.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.test.AnotherProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryIT {

    @Test
    void theServersOfAKilledProcessEndWithTheNextRun(@TempDir Path scratch) throws Exception {
        try (var other = AnotherProcess.with("shared", scratch)) {
            var data = other.dataDirectory();
            RunDirectory.open().delete();
            assertThat(Postmaster.of(data)).as("its process lives").isPresent();

            other.kill();
            assertThat(Postmaster.of(data)).as("it is not ended yet").isPresent();
            RunDirectory.open().delete();

            assertThat(Postmaster.of(data)).isEmpty();
            assertThat(data.resolve("..").normalize()).doesNotExist();
        }
    }
}
