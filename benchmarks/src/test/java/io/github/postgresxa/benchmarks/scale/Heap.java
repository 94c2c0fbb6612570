package io.github.postgresxa.benchmarks.scale;

import java.lang.management.ManagementFactory;

/** The resources that this process uses. */
final class Heap {

    private static final int COLLECTIONS = 4;

    private Heap() {}

    /** {@return the bytes in use after a garbage collection} */
    static long used() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** {@return the processor time of this process since its start} */
    static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(d -> d.toNanos() / 1e9)
                .orElse(0.0);
    }
}
