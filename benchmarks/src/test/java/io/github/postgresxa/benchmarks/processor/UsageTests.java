package io.github.postgresxa.benchmarks.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsageTests {

    private static final long AT_LEAST = 50_000_000;

    @BeforeEach
    void linux() {
        assumeTrue(Files.isReadable(Path.of("/proc/self/schedstat")), "only Linux counts so");
    }

    @Test
    void aChildThatHasEndedStillCounts() throws Exception {
        List<Long> parent = List.of(ProcessHandle.current().pid());
        Usage before = Usage.ofServers(parent);
        Process child = new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done").start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Usage.ofServers(parent).since(before).nanos()).isGreaterThan(AT_LEAST);
    }

    @Test
    void anotherProcessDoesNotCount() {
        assertThat(Usage.ofServers(List.of(0x7fff_ffffL))).isEqualTo(new Usage(0, 0));
    }

    @Test
    void aThreadThatWaitsIsSwitched() throws Exception {
        long before = Usage.ownSwitches();
        for (int i = 0; i < 20; i++) {
            Thread.sleep(1);
        }
        assertThat(Usage.ownSwitches() - before).isGreaterThanOrEqualTo(20);
    }
}
