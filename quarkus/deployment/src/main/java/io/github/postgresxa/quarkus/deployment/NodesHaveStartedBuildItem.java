package io.github.postgresxa.quarkus.deployment;

import io.quarkus.builder.item.EmptyBuildItem;

/** The core has started: beans of nodes can be used. */
public final class NodesHaveStartedBuildItem extends EmptyBuildItem {}
