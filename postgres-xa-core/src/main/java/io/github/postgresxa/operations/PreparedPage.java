package io.github.postgresxa.operations;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A page of what is prepared, oldest first on each node.
 *
 * @param entries from each node at most as many as requested
 * @param totals how many there are on each node that answered
 * @param unreachable the nodes that did not answer, with what they or the driver reported
 */
public record PreparedPage(List<PreparedEntry> entries, Map<String, Long> totals, Map<String, String> unreachable) {

    /** Copies the collections, in their order. */
    public PreparedPage {
        entries = List.copyOf(entries);
        totals = Collections.unmodifiableMap(new LinkedHashMap<>(totals));
        unreachable = Collections.unmodifiableMap(new LinkedHashMap<>(unreachable));
    }
}
