package io.github.postgresxa.operations;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the servers show of one global transaction, whoever prepared it.
 *
 * @param transaction the transaction; without branches if no node that answered lists one
 * @param branches each branch with its locks and those who wait for it; the verdict says who finishes it, and how by
 *     hand
 * @param unreachable nodes that did not answer, with what they or the driver reported
 * @param summary what is known, who finishes it, and what is dangerous, in a few sentences
 */
public record PreparedExplanation(
        PreparedTransaction transaction,
        List<BranchExplanation> branches,
        Map<String, String> unreachable,
        String summary) {

    /** Copies the collections, in their order. */
    public PreparedExplanation {
        branches = List.copyOf(branches);
        unreachable = Collections.unmodifiableMap(new LinkedHashMap<>(unreachable));
    }
}
