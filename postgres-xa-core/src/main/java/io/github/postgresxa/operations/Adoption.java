package io.github.postgresxa.operations;

import java.util.List;

/**
 * The result of an order to adopt a database.
 *
 * @param node the node
 * @param origin what it was taken for
 * @param before the identity that it had
 * @param now the identity that it has; empty if that is not known
 * @param foreign names of branches that are prepared in it and belong to its original: to be rolled back there by hand
 * @param unknown what is not known, and how to see it: the order was sent, and not answered. Empty if it is done
 */
public record Adoption(String node, Origin origin, String before, String now, List<String> foreign, String unknown) {

    /** Copies the list. */
    public Adoption {
        foreign = List.copyOf(foreign);
    }
}
