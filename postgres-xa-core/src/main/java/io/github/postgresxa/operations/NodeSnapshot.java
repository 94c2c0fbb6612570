package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.prepared.Rosters;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one node shows of one transaction.
 *
 * @param identity the database's
 * @param facts what its server says about itself
 * @param branches prepared branches of the transaction; one, unless the database is a copy of another
 * @param roster the nodes that these branches name, where a transaction manager decides
 * @param row the row that exists in its log, or null
 */
record NodeSnapshot(
        NodeIdentity identity,
        ServerFacts facts,
        List<PreparedBranch> branches,
        Roster roster,
        @Nullable DecisionRow row) {

    static NodeSnapshot of(Node node, Wire wire, DecisionSettings settings, DecisionLog decisions, TransactionId id)
            throws SQLException {
        NodeSnapshot itself = empty(node, wire, settings);
        List<PreparedBranch> branches = PreparedList.of(wire, id);
        DecisionRow row =
                decisions.read(wire, itself.identity, List.of(id)).rows().get(id);
        return itself.with(branches, rosters(wire, branches), row);
    }

    /** {@return what a node says about itself, without branches and rows} */
    static NodeSnapshot empty(Node node, Wire wire, DecisionSettings settings) throws SQLException {
        DecisionSettings lookOnly =
                new DecisionSettings(settings.schema(), false, settings.retention(), settings.singleWriter());
        NodeIdentity identity = new DecisionSchema(lookOnly)
                .identity(wire)
                .orElseThrow(() -> new SQLException(
                        "schema '%s' is missing in node '%s'".formatted(settings.schema(), node.name())));
        return new NodeSnapshot(identity, ServerFacts.read(wire), List.of(), Roster.NONE, null);
    }

    /** {@return the same node with what it shows of one transaction} */
    NodeSnapshot with(List<PreparedBranch> listed, Map<Gid, Roster> rosters, @Nullable DecisionRow standing) {
        Roster all = listed.stream()
                .map(b -> rosters.getOrDefault(b.gid(), Roster.NONE))
                .reduce(Roster.NONE, Roster::and);
        return new NodeSnapshot(identity, facts, listed, all, standing);
    }

    /** {@return what the branches show that wait for a transaction manager} Without any, nothing is read. */
    static Map<Gid, Roster> rosters(Wire wire, List<PreparedBranch> listed) throws SQLException {
        return listed.stream().anyMatch(b -> b.gid().manager() != null) ? Rosters.read(wire) : Map.of();
    }

    /**
     * {@return whether a branch carries the name of another database: this one may be a copy, and its branches not its
     * own}
     */
    boolean mayBeCopy() {
        return branches.stream().anyMatch(b -> !b.gid().branch().equals(identity));
    }

    /** {@return the home that a branch names; null if there is no branch} */
    @Nullable
    NodeIdentity home() {
        return branches.stream()
                .map(PreparedBranch::gid)
                .map(Gid::home)
                .findFirst()
                .orElse(null);
    }
}
