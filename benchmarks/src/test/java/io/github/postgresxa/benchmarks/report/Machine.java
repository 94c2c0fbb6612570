package io.github.postgresxa.benchmarks.report;

import com.sun.management.OperatingSystemMXBean;
import io.github.postgresxa.benchmarks.measurement.Nodes;
import io.github.postgresxa.benchmarks.measurement.Run;
import io.github.postgresxa.benchmarks.worker.Worker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.postgresql.util.DriverInfo;

/**
 * Where it was measured, and with what.
 *
 * @param facts names and values, in the order of the page
 */
public record Machine(Map<String, String> facts) {

    /**
     * {@return what is known of them and of this machine}
     *
     * @param nodes the servers
     * @param run the contenders' processes
     * @param settings of the servers, beside the durable defaults
     */
    public static Machine of(Nodes nodes, Run run, String... settings) {
        Map<String, String> facts = new LinkedHashMap<>();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        facts.put("processor", "%d cores, %s".formatted(system.getAvailableProcessors(), processor()));
        facts.put("memory", "%.0f GiB".formatted(system.getTotalMemorySize() / (double) (1L << 30)));
        facts.put(
                "operating system", "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")));
        facts.put(
                "a forced write of 8 KiB",
                "%d µs (median), where the servers keep their logs".formatted(nodes.forcedWriteMicros()));
        facts.put("PostgreSQL", nodes.version() + ", one server per node, all on this machine");
        facts.put("servers' settings", "`fsync`, `synchronous_commit`, `full_page_writes` on; " + code(settings));
        facts.put(
                "Java",
                run.java() + ", each contender in a separate process with `" + String.join(" ", Worker.JVM) + "`");
        facts.put("driver", "pgjdbc " + DriverInfo.DRIVER_VERSION);
        facts.put("Atomikos", version("atomikos"));
        facts.put("Narayana", version("narayana") + ", artemis-journal " + version("artemis"));
        facts.put(
                "Narayana's journal",
                AIOSequentialFileFactory.isSupported()
                        ? "with libaio"
                        : "without libaio, which is not on this machine");
        facts.put("Agroal", version("agroal"));
        facts.put("Spring Boot", version("spring-boot"));
        return new Machine(facts);
    }

    private static String code(String... settings) {
        return Arrays.stream(settings).map(s -> "`" + s + "`").collect(Collectors.joining(", "));
    }

    private static String version(String name) {
        return System.getProperty("versions." + name, "?");
    }

    /** {@return the processor's name, or its architecture where the system has no name for it} */
    public static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(l -> l.startsWith("model name"))
                    .map(l -> l.substring(l.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException notLinux) {
            return System.getProperty("os.arch");
        }
    }
}
