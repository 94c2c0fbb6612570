package io.github.postgresxa.samples.bank.money;

/**
 * An account as its bank shows it.
 *
 * @param node the node that its bank is on
 * @param id its number there
 * @param balance what it holds
 */
public record Account(String node, int id, long balance) {}
