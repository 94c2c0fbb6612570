package io.github.postgresxa.test.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseTests {

    @Test
    void oneAtATimeCanHoldIt(@TempDir Path directory) throws IOException {
        var file = directory.resolve("lease");
        var first = FileLease.tryTake(file).orElseThrow();
        assertThat(FileLease.tryTake(file)).isEmpty();
        first.close();
        var second = FileLease.tryTake(file);
        assertThat(second).isPresent();
        second.get().close();
    }
}
