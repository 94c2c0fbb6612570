package io.github.postgresxa.health;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.operations.ObservedNode;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The health of one node, from what this process last saw of it. No node is asked.
 *
 * @param status its status
 * @param details facts by name: texts, whole numbers, and for {@code inDoubtAtHome} whole numbers by home
 */
public record NodeHealth(HealthStatus status, Map<String, Object> details) {

    private static final NodeHealth UNKNOWN = new NodeHealth(HealthStatus.UNKNOWN, Map.of());

    /** Copies the details. */
    public NodeHealth {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /**
     * Assesses a node.
     *
     * @param node its name
     * @param observed what was last seen of the nodes
     * @param inDoubt the branches whose decision is not known here
     * @param threshold the age of a branch in doubt above which it is {@code IN_DOUBT_TOO_LONG}
     * @return its health; unknown if nothing was seen of it
     */
    public static NodeHealth of(
            String node, Collection<NodeStatus> observed, Collection<InDoubtBranch> inDoubt, Duration threshold) {
        return observed.stream()
                .filter(status -> status.name().equals(node))
                .findFirst()
                .map(seen -> of(seen, InDoubtSummary.of(node, inDoubt, threshold)))
                .orElse(UNKNOWN);
    }

    /**
     * Assesses a node that is only observed. A branch is in doubt there when it is prepared for longer than the grace,
     * whoever prepared it.
     *
     * @param node its name
     * @param observed what was last seen of the nodes
     * @param threshold the age of a branch in doubt above which it is {@code IN_DOUBT_TOO_LONG}
     * @return its health; unknown if nothing was seen of it
     */
    public static NodeHealth ofObserved(String node, Collection<ObservedNode> observed, Duration threshold) {
        return observed.stream()
                .filter(seen -> seen.name().equals(node))
                .findFirst()
                .map(seen -> ofObserved(seen, threshold))
                .orElse(UNKNOWN);
    }

    private static NodeHealth ofObserved(ObservedNode seen, Duration threshold) {
        Map<String, Object> details = new LinkedHashMap<>();
        put(details, "serverVersion", seen.serverVersion());
        details.put("prepared", seen.ours());
        details.put("foreign", seen.prepared() - seen.ours());
        put(details, "oldestPreparedAge", seen.oldestOurs());
        put(details, "oldestForeignAge", seen.oldestForeign());
        details.put("inDoubt", seen.inDoubt());
        put(details, "oldestInDoubtAge", seen.oldestInDoubt());
        details.put("xidAge", seen.xidAge());
        put(details, "problem", seen.problem());
        put(details, "observedAge", seen.observed());
        return new NodeHealth(status(seen, threshold), details);
    }

    private static HealthStatus status(ObservedNode seen, Duration threshold) {
        if (!seen.reachable()) {
            return HealthStatus.DOWN;
        }
        if (seen.problem() != null) {
            return HealthStatus.OUT_OF_SERVICE;
        }
        Duration oldest = seen.oldestInDoubt();
        if (oldest != null && oldest.compareTo(threshold) > 0) {
            return HealthStatus.IN_DOUBT_TOO_LONG;
        }
        return oldest == null ? HealthStatus.UP : HealthStatus.IN_DOUBT;
    }

    private static NodeHealth of(NodeStatus seen, InDoubtSummary inDoubt) {
        Map<String, Object> details = new LinkedHashMap<>();
        put(details, "serverVersion", seen.serverVersion());
        put(details, "identity", seen.identity());
        details.put("prepared", seen.preparedOurs());
        details.put("foreign", seen.preparedForeign());
        put(details, "oldestPreparedAge", seen.oldestPrepared());
        details.put("inDoubt", seen.inDoubt());
        put(details, "oldestInDoubtAge", inDoubt.oldest());
        if (!inDoubt.byHome().isEmpty()) {
            details.put("inDoubtAtHome", inDoubt.byHome());
        }
        put(details, "problem", seen.problem());
        put(details, "observedAt", seen.observedAt());
        put(details, "lastPassAge", seen.lastPass());
        return new NodeHealth(status(seen, inDoubt), details);
    }

    private static HealthStatus status(NodeStatus seen, InDoubtSummary inDoubt) {
        if (seen.stalled()) { // What was seen before is out of date.
            return HealthStatus.RECOVERY_STALLED;
        }
        if (!seen.reachable()) {
            return HealthStatus.DOWN;
        }
        if (seen.problem() != null) {
            return HealthStatus.OUT_OF_SERVICE;
        }
        if (inDoubt.tooLong()) {
            return HealthStatus.IN_DOUBT_TOO_LONG;
        }
        return seen.inDoubt() > 0 ? HealthStatus.IN_DOUBT : HealthStatus.UP;
    }

    private static void put(Map<String, Object> details, String name, @Nullable Object value) {
        if (value != null) {
            details.put(name, value.toString());
        }
    }
}
