package io.github.postgresxa.samples.bank.show;

import java.util.List;

/**
 * The contents of one node's database at one moment.
 *
 * @param node its name
 * @param accounts how many accounts
 * @param money the sum of their balances
 * @param prepared its prepared branches
 */
record Reading(String node, int accounts, long money, List<Prepared> prepared) {

    /**
     * A prepared branch.
     *
     * @param node its node
     * @param id its transaction
     * @param seconds how long it has been prepared
     */
    record Prepared(String node, String id, double seconds) {}
}
