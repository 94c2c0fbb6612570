package io.github.postgresxa.operations;

import java.util.List;

/**
 * The result of an order to adopt a database.
 *
 * @param node the node
 * @param origin what it was taken for
 * @param before the identity that it had
 * @param now the identity that it has
 * @param foreign names of branches that are prepared in it and belong to its original: to be rolled back there by hand
 */
public record Adoption(String node, Origin origin, String before, String now, List<String> foreign) {

    /** Copies the list. */
    public Adoption {
        foreign = List.copyOf(foreign);
    }
}
