package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.decision.UnconfirmedCommitException;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.operations.BulkPlan.Work;
import io.github.postgresxa.operations.SettlementRules.Step;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fences the undecided transactions of a home together, as recovery does. Where that fails, each is fenced alone. */
final class GroupFence {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final DecisionLog decisions;
    private final Wires wires;

    GroupFence(DecisionLog decisions, Wires wires) {
        this.decisions = decisions;
        this.wires = wires;
    }

    /**
     * What is known after the attempt. What is in neither was not written, and has to be decided alone.
     *
     * @param written those for which A exists
     * @param unknown those for which A may exist, with what happened
     */
    record Written(Set<TransactionId> written, Map<TransactionId, Throwable> unknown) {}

    /** Writes A for those that need nothing else, and have company. */
    Written write(List<Work> some) {
        Map<Node, List<Work>> byHome = some.stream()
                .filter(w -> w.ruling().step() == Step.FENCE
                        && !w.isForced()
                        && !w.found().managerDecides())
                .collect(Collectors.groupingBy(w -> w.found().homeNode().orElseThrow()));
        Written all = new Written(new HashSet<>(), new HashMap<>());
        byHome.forEach((home, work) -> {
            if (work.size() > 1) {
                write(home, work, all);
            }
        });
        return all;
    }

    private void write(Node home, List<Work> work, Written all) {
        Map<TransactionId, TransactionSnapshot> byId = new LinkedHashMap<>();
        work.forEach(w -> byId.put(w.id(), w.found()));
        Set<NodeIdentity> asked =
                work.stream().flatMap(w -> w.found().identities().stream()).collect(Collectors.toSet());
        NodeIdentity identity = Objects.requireNonNull(work.get(0).found().home());
        try {
            wires.decisions(
                            home,
                            wire -> decisions
                                    .fences()
                                    .writeTogether(
                                            wire,
                                            byId.keySet(),
                                            identity,
                                            asked,
                                            (written, marks) -> areUndecided(byId, written, marks)))
                    .forEach((id, decision) -> {
                        if (decision.kind() == Decision.Kind.ABORT) {
                            all.written().add(id);
                        }
                    });
        } catch (Throwable e) {
            LOG.debug("{} transactions could not be fenced together", work.size(), e);
            if (!(e instanceof SQLException) || e instanceof UnconfirmedCommitException) {
                byId.keySet().forEach(id -> all.unknown().put(id, e));
            }
        }
    }

    /** The proof for one fence, for all that were written: a row C is deleted only after its branches are gone. */
    private boolean areUndecided(
            Map<TransactionId, TransactionSnapshot> byId, Set<TransactionId> written, ParticipantMarks marks)
            throws SQLException {
        Map<Node, List<Gid>> gids = new HashMap<>();
        for (TransactionId id : written) {
            TransactionSnapshot found = Objects.requireNonNull(byId.get(id));
            if (found.mayBeForgotten(marks)) {
                return false;
            }
            found.sightings()
                    .forEach((node, s) -> s.branches()
                            .forEach(b -> gids.computeIfAbsent(node, n -> new ArrayList<>())
                                    .add(b.gid())));
        }
        Set<TransactionId> listed = new HashSet<>();
        for (Map.Entry<Node, List<Gid>> each : gids.entrySet()) {
            if (wires.isLost(each.getKey())) {
                continue; // A branch elsewhere may prove it.
            }
            wires.branches(each.getKey(), c -> PreparedList.listed(c, each.getValue()))
                    .forEach(gid -> listed.add(gid.transaction()));
        }
        return listed.containsAll(written);
    }
}
