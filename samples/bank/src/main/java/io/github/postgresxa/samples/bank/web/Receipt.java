package io.github.postgresxa.samples.bank.web;

import io.github.postgresxa.samples.bank.money.Transfer;
import java.util.UUID;

/**
 * Confirms that a transfer was carried out.
 *
 * @param id its id, the client's own or a new one
 * @param from the account that paid
 * @param to the account that received
 * @param amount how much
 */
record Receipt(UUID id, String from, String to, long amount) {

    static Receipt of(Transfer transfer) {
        return new Receipt(
                transfer.id(), transfer.from().toString(), transfer.to().toString(), transfer.amount());
    }
}
