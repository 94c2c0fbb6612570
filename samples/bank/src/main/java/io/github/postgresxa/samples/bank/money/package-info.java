/** Accounts, transfers and the ledger. All that knows of transactions is here. */
@NullMarked
package io.github.postgresxa.samples.bank.money;

import org.jspecify.annotations.NullMarked;
