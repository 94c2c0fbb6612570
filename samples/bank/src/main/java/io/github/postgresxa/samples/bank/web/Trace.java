package io.github.postgresxa.samples.bank.web;

import io.github.postgresxa.samples.bank.money.Leg;
import java.util.List;
import java.util.UUID;

/**
 * What the ledgers record of a transfer.
 *
 * @param id its id
 * @param complete whether both legs are visible; if not, the other one is prepared and will follow
 * @param legs its legs
 */
record Trace(UUID id, boolean complete, List<Entry> legs) {

    /**
     * A line of a ledger.
     *
     * @param node the node of the ledger
     * @param account the account's number there
     * @param amount what was added to it
     */
    record Entry(String node, int account, long amount) {}

    static Trace of(UUID id, List<Leg> legs) {
        var entries = legs.stream()
                .map(leg -> new Entry(leg.account().node(), leg.account().number(), leg.amount()))
                .toList();
        return new Trace(id, entries.size() == 2, entries);
    }
}
