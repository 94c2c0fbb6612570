package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.NodeIdentity;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operator's order that overrode what was known, as a node keeps it.
 *
 * @param transaction the transaction, or what {@link #adoptionOf} gives
 * @param orderedAt when, by the node's clock; empty in one that is to be written
 * @param databaseUser the role that was logged in; empty in one that is to be written
 * @param requestedBy the person
 * @param action how the transaction was to end, or which node was to be adopted, and as what
 * @param decision the state of its decision, or the place of the database, as it was seen
 * @param missing nodes that did not answer, and a home that no node had
 * @param against what the order overrode
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

    /**
     * Returns the id under which the adoption of a database is kept: zeros, then its identity. No transaction has it.
     *
     * @param identity the database's
     * @return the id
     */
    public static TransactionId adoptionOf(NodeIdentity identity) {
        return new TransactionId(new UUID(0, Long.parseUnsignedLong(identity.text(), 16)));
    }

    /**
     * Returns the same order under another id.
     *
     * @param id the other id
     * @return the changed copy
     */
    public ForcedOrder of(TransactionId id) {
        return new ForcedOrder(
                id, orderedAt, databaseUser, requestedBy, action, decision, missing, against, reason, result);
    }

    /**
     * Returns the record of how it ended.
     *
     * @param how in words
     * @return the changed copy
     */
    public ForcedOrder ended(String how) {
        return new ForcedOrder(
                transaction, orderedAt, databaseUser, requestedBy, action, decision, missing, against, reason, how);
    }
}
