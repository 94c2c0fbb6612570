package io.github.postgresxa.recovery;

import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.gid.NodeIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What instances that share {@link Places} have in common. They can settle the same branches, because they know the
 * same nodes and have the same role, they would look as often, and they delete decisions after the same time. So none
 * keeps a place from one that can or has to do more.
 */
final class Group {

    private final List<NodeMonitor> monitors;
    private final RecoverySettings settings;
    private final Duration retention;
    private List<@Nullable NodeIdentity> identities = List.of();
    private String nodes = "";

    Group(List<NodeMonitor> monitors, RecoverySettings settings, Duration retention) {
        this.monitors = monitors;
        this.settings = settings;
        this.retention = retention;
    }

    /** {@return a text that is the same for all members, at this node} */
    String at(NodeLink link) {
        return "%s/%s/%s/%s/%s/%s"
                .formatted(
                        nodes(),
                        link.node().recoveryUser(),
                        settings.enabled(),
                        settings.interval(),
                        settings.grace(),
                        retention);
    }

    /** {@return all nodes} With very many of them, that is not put together for each look at one. */
    private synchronized String nodes() {
        List<@Nullable NodeIdentity> now = new ArrayList<>(monitors.size());
        monitors.forEach(m -> now.add(m.link().identity()));
        if (!now.equals(identities)) {
            identities = now;
            nodes = monitors.stream().map(m -> name(m.link())).sorted().collect(Collectors.joining(","));
        }
        return nodes;
    }

    /** {@return the identity of a node, or its address as long as it has never answered} */
    private static String name(NodeLink link) {
        NodeIdentity identity = link.identity();
        return identity == null ? link.node().place() : identity.text();
    }
}
