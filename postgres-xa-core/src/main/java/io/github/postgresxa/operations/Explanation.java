package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the nodes show of one transaction.
 *
 * @param transaction the transaction
 * @param state its decision
 * @param home the node that keeps the decision: its name, or its identity if no given node has it; null if it is not
 *     known
 * @param homeCandidates nodes that were named and do not answer, if none of the nodes that answer is the home: one of
 *     them may be it
 * @param branches its prepared branches on the nodes that answered
 * @param unreachable nodes that did not answer, with what they or the driver reported
 * @param forced what operators have forced, as the nodes that answer keep it
 * @param summary what is known and what happens next, in a sentence or two
 */
public record Explanation(
        TransactionId transaction,
        DecisionState state,
        @Nullable String home,
        List<String> homeCandidates,
        List<BranchExplanation> branches,
        Map<String, String> unreachable,
        List<ForcedRecord> forced,
        String summary) {

    /** Copies the collections, in their order. */
    public Explanation {
        homeCandidates = List.copyOf(homeCandidates);
        branches = List.copyOf(branches);
        forced = List.copyOf(forced);
        unreachable = Collections.unmodifiableMap(new LinkedHashMap<>(unreachable));
    }
}
