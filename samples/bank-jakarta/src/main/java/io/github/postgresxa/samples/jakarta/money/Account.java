package io.github.postgresxa.samples.jakarta.money;

/**
 * What one bank has for one customer.
 *
 * @param id its name in all banks
 * @param balance in whole units, never below zero
 */
public record Account(AccountId id, long balance) {}
