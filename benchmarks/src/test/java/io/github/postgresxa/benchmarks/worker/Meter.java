package io.github.postgresxa.benchmarks.worker;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.github.postgresxa.benchmarks.contender.RoundTrips;
import io.github.postgresxa.benchmarks.processor.Usage;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What this process, and the servers for it, have used up to a moment.
 *
 * @param cpu processor time of the process, including compiler and garbage collector
 * @param allocated bytes by thread
 * @param switches context switches
 * @param roundTrips of all connections
 * @param servers what the servers have used
 */
record Meter(long cpu, Map<Long, Long> allocated, long switches, long roundTrips, Usage servers) {

    /**
     * {@return the state of now}
     *
     * @param postmasters the servers' first processes
     */
    static Meter read(List<Long> postmasters) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Map<Long, Long> allocated = new HashMap<>();
        long[] ids = threads.getAllThreadIds();
        long[] bytes = threads.getThreadAllocatedBytes(ids);
        for (int i = 0; i < ids.length; i++) {
            allocated.put(ids[i], bytes[i]);
        }
        return new Meter(
                system.getProcessCpuTime(),
                allocated,
                Usage.ownSwitches(),
                RoundTrips.count(),
                Usage.ofServers(postmasters));
    }

    /** {@return bytes since an earlier moment, by threads that still live; clients and the threads of pools do} */
    long allocatedSince(Meter earlier) {
        return allocated.entrySet().stream()
                .mapToLong(e -> Math.max(0, e.getValue() - earlier.allocated.getOrDefault(e.getKey(), 0L)))
                .sum();
    }
}
