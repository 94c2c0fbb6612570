package io.github.postgresxa.benchmarks.worker;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * What this process has used up to a moment.
 *
 * @param cpu processor time of the process, including compiler and garbage collector
 * @param allocated bytes by thread
 */
record Meter(long cpu, Map<Long, Long> allocated) {

    static Meter read() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Map<Long, Long> allocated = new HashMap<>();
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            allocated.put(ids[i], bytes[i]);
        }
        return new Meter(system.getProcessCpuTime(), allocated);
    }

    /** {@return bytes since an earlier moment, by threads that still live; clients and the threads of pools do} */
    long allocatedSince(Meter earlier) {
        return allocated.entrySet().stream()
                .mapToLong(e -> Math.max(0, e.getValue() - earlier.allocated.getOrDefault(e.getKey(), 0L)))
                .sum();
    }
}
