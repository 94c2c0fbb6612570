package io.github.postgresxa.operations;

import io.github.postgresxa.decision.DatabaseLocation;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import java.util.List;
import java.util.Map;

/**
 * A database to be adopted, among the nodes that were named with it.
 *
 * @param node its node
 * @param own what it shows
 * @param others what the other nodes show
 * @param unreachable the other nodes that do not answer, with the reason
 */
record AdoptionContext(Node node, View own, Map<Node, View> others, Map<String, String> unreachable) {

    /**
     * What a node shows.
     *
     * @param place where its database is
     * @param sessions sessions of others that are connected to it
     * @param prepared branches of ours in it
     */
    record View(DatabaseLocation place, long sessions, List<Gid> prepared) {}

    NodeIdentity identity() {
        return own.place().identity();
    }

    /** {@return nodes to which the identity belongs} */
    List<Node> originals() {
        return others.entrySet().stream()
                .filter(o -> o.getValue().place().here()
                        && o.getValue().place().identity().equals(identity()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@return another name of the very same database, or an empty text} */
    String otherName() {
        DatabaseLocation place = own.place();
        return others.entrySet().stream()
                .filter(o -> place.here() && o.getValue().place().equals(place))
                .map(o -> o.getKey().name())
                .findFirst()
                .orElse("");
    }

    /** {@return nodes with branches whose home has the identity} */
    List<String> waiting() {
        return others.entrySet().stream()
                .filter(o ->
                        o.getValue().prepared().stream().anyMatch(g -> g.home().equals(identity())))
                .map(o -> o.getKey().name())
                .toList();
    }

    /** {@return names of branches in the database itself} */
    List<String> foreign() {
        return own.prepared().stream().map(Gid::text).toList();
    }
}
