package io.github.postgresxa.quarkus.deployment;

import io.quarkus.builder.item.SimpleBuildItem;
import java.util.List;

/** The nodes that are known when the application is built. */
public final class NodesBuildItem extends SimpleBuildItem {

    private final List<String> names;

    NodesBuildItem(List<String> names) {
        this.names = List.copyOf(names);
    }

    /** {@return their names, in order; empty if the application is built without nodes} */
    public List<String> names() {
        return names;
    }
}
