package io.github.postgresxa.samples.jakarta.server;

/** What not every server has. */
public enum Feature {
    /** A message broker in the server, whose sessions take part in transactions: {@link Server#broker}. */
    JMS,
    /** The recovery of the server's transaction manager knows the nodes. */
    RECOVERY_OF_MIXED,
    /** MicroProfile Health. */
    HEALTH,
    /** A persistence unit of the server over a node, through JNDI. */
    CONTAINER_MANAGED_JPA
}
