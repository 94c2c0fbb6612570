package io.github.postgresxa.samples.jakarta.money;

/**
 * One half of a transfer, as the ledger of one bank records it.
 *
 * @param number 1 or 2, in the order of the accounts
 * @param account the account that changes
 * @param amount what is added to it; below zero if it pays
 */
public record Leg(int number, AccountId account, long amount) {}
