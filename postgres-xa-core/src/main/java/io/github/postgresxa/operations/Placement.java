package io.github.postgresxa.operations;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says under which node a branch is shown. Several nodes may be databases of one server, and each of them lists what is
 * prepared in all of its databases.
 */
final class Placement {

    /**
     * Where a node is.
     *
     * @param server its server's incarnation
     * @param database its database
     */
    record Place(String server, String database) {}

    private final Map<String, Place> places;

    /** @param places the nodes that answered, by name, in their order */
    Placement(Map<String, Place> places) {
        this.places = new LinkedHashMap<>(places);
    }

    /** {@return whether a branch in a database, which the node's server lists, is shown under the node} */
    boolean shows(String node, String database) {
        Place here = places.get(node);
        if (here == null) {
            return false;
        }
        return here.database.equals(database)
                || !places.containsValue(new Place(here.server, database)) && isFirstOf(here.server, node);
    }

    private boolean isFirstOf(String server, String node) {
        return places.entrySet().stream()
                .filter(each -> each.getValue().server.equals(server))
                .findFirst()
                .filter(first -> first.getKey().equals(node))
                .isPresent();
    }
}
