package io.github.postgresxa.quarkus.deployment;

import io.quarkus.builder.item.MultiBuildItem;

/** Something of the extension has changed the builder of the core, which can be used then. */
final class NodesAreCustomizedBuildItem extends MultiBuildItem {}
