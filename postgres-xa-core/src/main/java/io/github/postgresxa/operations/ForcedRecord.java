package io.github.postgresxa.operations;

import io.github.postgresxa.decision.ForcedOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node keeps of an order with force. One record is written before the order is carried out, one with the result
 * afterwards.
 *
 * @param node the node that keeps it
 * @param at when, by that node's clock, in UTC
 * @param databaseUser the role that was logged in
 * @param requestedBy the person, as far as the console or the application knows
 * @param action how the transaction was to end, or which node was to be adopted, and as what
 * @param decision the state of its decision, or the place of the database, as it was seen
 * @param missing nodes that did not answer, and the identity of a home that no node had
 * @param against what the order overrode
 * @param reason as given
 * @param result how it ended at the nodes; null in the record from before
 */
public record ForcedRecord(
        String node,
        String at,
        String databaseUser,
        String requestedBy,
        String action,
        String decision,
        List<String> missing,
        String against,
        String reason,
        @Nullable String result) {

    /** How the action of an order to adopt a database begins. */
    static final String ADOPTION = "ADOPT ";

    /** Copies the list. */
    public ForcedRecord {
        missing = List.copyOf(missing);
    }

    static ForcedRecord of(String node, ForcedOrder kept) {
        return new ForcedRecord(
                node,
                kept.orderedAt(),
                kept.databaseUser(),
                kept.requestedBy(),
                kept.action(),
                kept.decision(),
                kept.missing(),
                kept.against(),
                kept.reason(),
                kept.result());
    }

    /** {@return the record as a sentence} */
    public String text() {
        String who = "%s: %s (role %s) forced %s at %s".formatted(node, requestedBy, databaseUser, action, at);
        String missed = missing.isEmpty() ? "" : ", without " + String.join(", ", missing);
        if (action.startsWith(ADOPTION)) {
            return "%s: %s%s. Against: %s Reason: %s%s"
                    .formatted(who, decision, missed, against, reason, result == null ? "" : ". Result: " + result);
        }
        return result == null
                ? "%s while the decision was %s%s. Against: %s Reason: %s"
                        .formatted(who, decision, missed, against, reason)
                : "%s: the result at %s: %s".formatted(node, at, result);
    }
}
