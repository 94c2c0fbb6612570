package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order that overrode what was known, as a node keeps it.
 *
 * @param transaction the transaction
 * @param orderedAt when, by the node's clock; empty in one that is to be written
 * @param databaseUser the role that was logged in; empty in one that is to be written
 * @param requestedBy the person
 * @param action how the transaction was to end
 * @param decision the state of its decision, as it was seen
 * @param missing nodes that did not answer, and a home that no node had
 * @param against what the order overrode; empty where the result is given
 * @param reason as given
 * @param result how the order ended; null if this was kept before it was carried out
 */
public record ForcedOrder(
        TransactionId transaction,
        String orderedAt,
        String databaseUser,
        String requestedBy,
        String action,
        String decision,
        List<String> missing,
        String against,
        String reason,
        @Nullable String result) {

    /** Copies the list. */
    public ForcedOrder {
        missing = List.copyOf(missing);
    }
}
