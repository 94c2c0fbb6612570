package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.quarkus.runtime.RunningNodes;
import io.quarkus.builder.item.SimpleBuildItem;
import io.quarkus.runtime.RuntimeValue;

/** The nodes in the running application, configured and not started. */
public final class ConfiguredNodesBuildItem extends SimpleBuildItem {

    private final RuntimeValue<RunningNodes> nodes;

    ConfiguredNodesBuildItem(RuntimeValue<RunningNodes> nodes) {
        this.nodes = nodes;
    }

    RuntimeValue<RunningNodes> nodes() {
        return nodes;
    }
}
