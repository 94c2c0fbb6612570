/** Accounts, transfers and the ledger. All code that deals with transactions is here. */
@NullMarked
package io.github.postgresxa.samples.bank.money;

import org.jspecify.annotations.NullMarked;
