package io.github.postgresxa.operations;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.ManagerLog;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decision of an embedded transaction manager, where another resource takes part. It is on one of the nodes, so an
 * order does not have to guess: it follows that decision, or makes it, and the other resource ends alike.
 */
final class ManagersWord {

    private static final String NOT_FOUND =
            "The log of the transaction manager of transaction %s is on none of these nodes, so it may have decided"
                    + " otherwise; nothing was done. Name all nodes of the application. If you know better, order it"
                    + " again with force.";

    private final ManagerLog log;
    private final Wires wires;

    ManagersWord(ManagerLog log, Wires wires) {
        this.log = log;
        this.wires = wires;
    }

    private record Place(Node node, NodeIdentity identity) {}

    /**
     * Asks the manager's log before an order is written down at the home. A rollback is settled there. A commit needs
     * the manager's decision: not every resource may have agreed. Of a manager of the application, nothing is known.
     *
     * @return whether a row of the manager's log says what was ordered
     * @throws RefusedException if the manager has decided otherwise, or its log was not found or does not answer, and
     *     there is no force
     */
    boolean agreesWith(ResolveRequest request, TransactionSnapshot found, Decision.Kind wanted) {
        ManagerXid xid = found.branches()
                .map(branch -> branch.gid().manager())
                .findFirst()
                .orElse(null);
        Optional<ManagerName> manager = xid == null ? Optional.empty() : ManagerIds.manager(xid);
        if (xid == null || manager.isEmpty()) {
            return false;
        }
        try {
            Optional<Place> place = place(found, manager.get());
            if (place.isEmpty()) {
                refuse(request, NOT_FOUND.formatted(request.transaction()));
                return false;
            }
            String transaction = ManagerIds.transaction(xid);
            Optional<Decision.Kind> row = wanted == Decision.Kind.ABORT
                    ? Optional.of(settle(place.get(), manager.get(), transaction))
                    : read(place.get(), transaction);
            boolean agrees = row.equals(Optional.of(wanted));
            if (!agrees) {
                refuse(request, otherwise(request, place.get().node(), row));
            }
            return agrees;
        } catch (SQLException e) {
            refuse(
                    request,
                    "What the transaction manager of transaction %s has decided could not be read: %s Nothing was"
                                    .formatted(request.transaction(), NodeQueries.sentence(e))
                            + " done at its nodes. Look again.");
            return false;
        }
    }

    private static void refuse(ResolveRequest request, String why) {
        if (!request.force()) {
            throw new RefusedException(why);
        }
    }

    private static String otherwise(ResolveRequest request, Node node, Optional<Decision.Kind> row) {
        String decision = row.map(kind -> kind == Decision.Kind.COMMIT
                        ? "has decided to commit it"
                        : "has not committed it, and cannot any more")
                .orElse("has not decided to commit it");
        return ("The transaction manager of transaction %s %s (its log is on node '%s'); nothing was done. Recovery of"
                        + " an instance that knows all of its nodes follows that decision. Look again.")
                .formatted(request.transaction(), decision, node.name());
    }

    private Optional<Place> place(TransactionSnapshot found, ManagerName manager) throws SQLException {
        for (Map.Entry<Node, NodeSnapshot> seen : found.sightings().entrySet()) {
            NodeIdentity identity = seen.getValue().identity();
            if (!wires.decisions(seen.getKey(), wire -> log.silence(wire, identity, List.of(manager)))
                    .isEmpty()) {
                return Optional.of(new Place(seen.getKey(), identity));
            }
        }
        return Optional.empty();
    }

    private Decision.Kind settle(Place place, ManagerName manager, String transaction) throws SQLException {
        return wires.decisions(place.node(), wire -> log.settle(wire, place.identity(), manager, transaction));
    }

    private Optional<Decision.Kind> read(Place place, String transaction) throws SQLException {
        return wires.decisions(place.node(), wire -> log.read(wire, place.identity(), transaction));
    }
}
