package io.github.postgresxa.samples.bank.show;

import java.util.List;

/**
 * What one node's database held at one moment.
 *
 * @param node its name
 * @param accounts how many accounts
 * @param money what they hold together
 * @param prepared its prepared branches
 */
record Reading(String node, int accounts, long money, List<Prepared> prepared) {

    /**
     * A prepared branch.
     *
     * @param node who holds it
     * @param id its transaction
     * @param seconds since when
     */
    record Prepared(String node, String id, double seconds) {}
}
