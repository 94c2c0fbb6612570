package io.github.postgresxa.recovery;

import io.github.postgresxa.gid.NodeIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the configured node that has an identity. */
final class Homes {

    private final List<NodeWatch> watches;

    Homes(List<NodeWatch> watches) {
        this.watches = List.copyOf(watches);
    }

    List<NodeLink> all() {
        return watches.stream().map(NodeWatch::link).toList();
    }

    @Nullable
    NodeLink find(NodeIdentity identity) {
        for (NodeWatch watch : watches) {
            if (identity.equals(watch.link().identity())) {
                return watch.link();
            }
        }
        return null;
    }

    String name(NodeIdentity identity) {
        NodeLink link = find(identity);
        return link == null ? identity.text() : link.node().name();
    }
}
