package io.github.postgresxa.samples.jakarta.server;

/**
 * The broker of a server, as an application of the server reaches it.
 *
 * @param factory the JNDI name of a connection factory for XA
 * @param queue the JNDI name of a queue
 * @param mbean an MBean that lists what is prepared at the broker
 * @param operation its operation, which answers an array
 */
public record Broker(String factory, String queue, String mbean, String operation) {}
