package io.github.postgresxa.samples.bank.show;

import java.util.List;

/**
 * What one node's database held at one moment.
 *
 * @param node its name
 * @param accounts how many accounts
 * @param money what they hold together
 * @param prepared branches that have been prepared for a moment, so that somebody may have to wait for them
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
