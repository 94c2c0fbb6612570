package io.github.postgresxa.operations;

import io.github.postgresxa.log.Printable;

/**
 * An operator's order to take a copied or moved database in.
 *
 * @param node the node that leads to it
 * @param origin what it is
 * @param reason why, for the log; at least a word
 * @param who who gave the order, for the log
 * @param force do it although what can be seen speaks against it
 */
public record Adopt(String node, Origin origin, String reason, String who, boolean force) {

    /** Checks that a reason is given. */
    public Adopt {
        node = Printable.oneLine(node);
        reason = Printable.oneLine(reason);
        who = Printable.oneLine(who);
        if (reason.isEmpty()) {
            throw new IllegalArgumentException(
                    "a reason is needed: it is all that a later reader of the log will have");
        }
    }
}
