package io.github.postgresxa.test.manager;

/**
 * How the application under test reaches a node.
 *
 * @param name the node's name in the application
 * @param jdbcUrl its URL, which leads through a proxy of the test
 * @param username whose database it is
 * @param password the user's password
 */
public record NodeAddress(String name, String jdbcUrl, String username, String password) {}
