/** Accounts, transfers, and the transactions that move money. */
package io.github.postgresxa.samples.jakarta.money;
