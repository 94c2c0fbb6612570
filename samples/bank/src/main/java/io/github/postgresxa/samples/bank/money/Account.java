package io.github.postgresxa.samples.bank.money;

/**
 * An account as its bank shows it.
 *
 * @param node the node of its bank
 * @param id its number there
 * @param balance its money
 */
public record Account(String node, int id, long balance) {}
