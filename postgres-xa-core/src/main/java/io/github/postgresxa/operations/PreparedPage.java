package io.github.postgresxa.operations;

import java.util.List;
import java.util.Map;

/**
 * A page of what is prepared, oldest first on each node.
 *
 * @param entries at most as many as asked for, from each node
 * @param totals how many there are on each node that answered
 * @param unreachable the nodes that did not answer, with what they or the driver said
 */
public record PreparedPage(List<PreparedEntry> entries, Map<String, Long> totals, Map<String, String> unreachable) {

    /** Copies. */
    public PreparedPage {
        entries = List.copyOf(entries);
        totals = Map.copyOf(totals);
        unreachable = Map.copyOf(unreachable);
    }
}
