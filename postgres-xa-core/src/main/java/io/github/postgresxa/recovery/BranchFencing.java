package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.decision.Fences;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import io.github.postgresxa.prepared.RestoredBranchGuard;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes rows A for branches of one node, each with the proof that no row C of it was deleted. */
final class BranchFencing {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final NodeLink node;
    private final Fences fences;

    BranchFencing(NodeLink node, Fences fences) {
        this.node = node;
        this.fences = fences;
    }

    /** {@return the row that exists for each; empty if they have to be fenced one by one} */
    Map<TransactionId, Decision> together(NodeLink home, NodeIdentity identity, List<PreparedBranch> branches) {
        Map<TransactionId, PreparedBranch> byId = new HashMap<>();
        branches.forEach(b -> byId.put(b.gid().transaction(), b));
        if (byId.size() < 2 || byId.size() < branches.size()) {
            return Map.of();
        }
        try {
            return home.use(c -> fences.writeTogether(
                    c,
                    byId.keySet(),
                    identity,
                    List.of(branches.get(0).gid().branch()),
                    (written, marks) -> areUndecided(byId, written, marks)));
        } catch (SQLException e) {
            LOG.debug("{} branches could not be fenced together", branches.size(), e);
            return Map.of();
        }
    }

    private boolean areUndecided(
            Map<TransactionId, PreparedBranch> byId, Set<TransactionId> written, ParticipantMarks marks)
            throws SQLException {
        List<PreparedBranch> fenced = byId.values().stream()
                .filter(b -> written.contains(b.gid().transaction()))
                .toList();
        List<Gid> gids = fenced.stream().map(PreparedBranch::gid).toList();
        return fenced.stream().allMatch(b -> isAbove(marks, b))
                && (gids.isEmpty() || PreparedList.listsAll(node.node(), gids));
    }

    /**
     * Fences one branch. A row C is deleted only after its branches are gone, and raises the mark of their nodes. So if
     * this branch is still listed once the row A holds the key, and is above the mark, there was no row C.
     *
     * @return the row that exists; null if the branch was finished meanwhile
     */
    @Nullable
    Decision alone(NodeLink home, PreparedBranch branch) throws SQLException {
        Gid gid = branch.gid();
        return home.use(c -> fences.write(
                        c,
                        gid.transaction(),
                        gid.home(),
                        List.of(),
                        List.of(gid.branch()),
                        written -> isAbove(written.marks(), branch) && isListed(gid)))
                .map(Fence::decision)
                .orElse(null);
    }

    private boolean isAbove(ParticipantMarks marks, PreparedBranch branch) {
        return !RestoredBranchGuard.mayHaveBeenForgotten(node.facts(), branch, marks);
    }

    private boolean isListed(Gid gid) throws SQLException {
        return PreparedList.lists(node.node(), gid);
    }
}
