package io.github.postgresxa.metrics;

import io.github.postgresxa.BranchRole;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the roles of nodes in transactions. The shares of readers and of one-phase commits follow from it. */
final class BranchMeters {

    /** By role and node. */
    private final Map<BranchRole, Map<String, LongAdder>> counts = new EnumMap<>(BranchRole.class);

    BranchMeters() {
        for (BranchRole role : BranchRole.values()) {
            counts.put(role, new ConcurrentHashMap<>());
        }
    }

    void roleAssigned(String node, BranchRole role) {
        count(node, role).increment();
    }

    void bindTo(MeterRegistry registry, String node) {
        for (BranchRole role : BranchRole.values()) {
            FunctionCounter.builder("postgres.xa.branches", count(node, role), LongAdder::sum)
                    .description("Roles of nodes in transactions that reached their votes.")
                    .tag("node", node)
                    .tag("role", Tags.of(role))
                    .register(registry);
        }
    }

    private LongAdder count(String node, BranchRole role) {
        Map<String, LongAdder> byNode = Objects.requireNonNull(counts.get(role));
        LongAdder known = byNode.get(node);
        return known != null ? known : byNode.computeIfAbsent(node, any -> new LongAdder());
    }
}
