package io.github.postgresxa.test.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterTests {
    @TempDir
    Path data;

    private Path pidFile;

    @BeforeEach
    void nameTheFile() {
        pidFile = data.resolve("postmaster.pid");
    }

    @Test
    void withoutAFileThereIsNone() {
        assertThat(Postmaster.of(data)).isEmpty();
    }

    @Test
    void aPidThatAnotherProgramHasByNowIsNotOne() throws IOException {
        Files.writeString(
                pidFile, "%d%n%s%n0%n5432%n".formatted(ProcessHandle.current().pid(), data));
        assertThat(Postmaster.of(data)).isEmpty();
        Postmaster.forgetDead(data);
        assertThat(pidFile).doesNotExist();
    }

    @Test
    void aHalfWrittenFileIsNotOne() throws IOException {
        Files.writeString(pidFile, "");
        assertThat(Postmaster.of(data)).isEmpty();
    }

    @Test
    void aFileWhosePidIsFreeIsLeftToPostgres() throws Exception {
        var ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Files.writeString(pidFile, Long.toString(ended.pid()));
        Postmaster.forgetDead(data);
        assertThat(pidFile).exists();
    }
}
