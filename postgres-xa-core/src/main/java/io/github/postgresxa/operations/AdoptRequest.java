package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;

/**
 * An operator's order to adopt a copied or moved database.
 *
 * @param node the node that leads to it
 * @param origin what it is
 * @param reason why, for the log; at least a word
 * @param requestedBy who gave the order, for the log
 * @param force do it although what can be seen contradicts it
 */
public record AdoptRequest(String node, Origin origin, String reason, String requestedBy, boolean force) {

    /** Checks that a reason is given. */
    public AdoptRequest {
        node = Sanitizer.oneLine(node);
        reason = ResolveRequest.checkedReason(reason);
        requestedBy = Sanitizer.oneLine(requestedBy);
    }
}
