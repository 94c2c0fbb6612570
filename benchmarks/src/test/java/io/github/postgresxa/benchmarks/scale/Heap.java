package io.github.postgresxa.benchmarks.scale;

import java.lang.management.ManagementFactory;

/** This process' own use of things. */
final class Heap {

    private static final int COLLECTIONS = 4;

    private Heap() {}

    /** {@return bytes in use after the garbage is gone} */
    static long used() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** {@return processor time of this process since its start} */
    static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(d -> d.toNanos() / 1e9)
                .orElse(0.0);
    }
}
