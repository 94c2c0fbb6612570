package io.github.postgresxa.samples.bank.show;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The books of both nodes, read at nearly the same moment.
 *
 * @param money by node; of a node that did not answer, its last known money
 * @param total the money of all nodes, including what is on the way
 * @param onTheWay decided and visible on one node, not yet on the other
 * @param expected what there must be
 * @param verdict {@code constant}, {@code unreadable} (a node does not answer), or {@code wrong}
 * @param missing the node that does not answer, or null
 */
record Audit(
        Map<String, Long> money,
        long total,
        long onTheWay,
        long expected,
        String verdict,
        @Nullable String missing) {

    static final String CONSTANT = "constant";
    static final String UNREADABLE = "unreadable";
    static final String WRONG = "wrong";

    static final Audit NONE = new Audit(Map.of(), 0, 0, 0, UNREADABLE, null);
}
