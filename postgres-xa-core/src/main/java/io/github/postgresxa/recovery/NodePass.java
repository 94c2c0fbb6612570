package io.github.postgresxa.recovery;

import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.MisplacedIdentityException;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.prepared.PreparedBranch;
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * One pass over what is prepared on one node. No error or delay stops it. Each home has a separate turn, so one that
 * does not answer delays only the branches that need its answer.
 */
final class NodePass {

    private final NodeMonitor monitor;
    private final Homes homes;
    private final DecisionLog decisions;
    private final Duration grace;
    private final Duration patience;
    private final XaListener listener;
    private final PassCounts counts;
    private volatile boolean again;

    /**
     * Creates a pass.
     *
     * @param grace how long a branch without a row is left to its coordinator
     * @param patience how long a branch with a row is left to its coordinator, which is probably finishing it at this
     *     moment
     */
    NodePass(
            NodeMonitor monitor,
            Homes homes,
            DecisionLog decisions,
            Duration grace,
            Duration patience,
            XaListener listener,
            PassCounts counts) {
        this.monitor = monitor;
        this.homes = homes;
        this.decisions = decisions;
        this.grace = grace;
        this.patience = patience;
        this.listener = listener;
        this.counts = counts;
    }

    /**
     * Reads the list first, then the homes' rows: each branch was prepared before its home was queried.
     *
     * @param act whether to finish anything
     * @param background runs the turn of one home
     * @return ends with the last turn
     */
    CompletableFuture<Void> run(boolean act, Background background) {
        String node = monitor.link().node().name();
        PreparedList list;
        try {
            list = monitor.scan();
        } catch (SQLException e) {
            if (e instanceof MisplacedIdentityException) {
                monitor.refuse(e.getMessage(), listener);
            }
            counts.problem("node '%s' did not answer: %s".formatted(node, e.getMessage()));
            return CompletableFuture.completedFuture(null);
        }
        homes.checkForTwin(monitor, listener);
        Map<NodeIdentity, List<PreparedBranch>> byHome = list.ours().stream()
                .collect(Collectors.groupingBy(b -> b.gid().home(), LinkedHashMap::new, Collectors.toList()));
        monitor.onlyHomes(byHome.keySet());
        List<CompletableFuture<Void>> turns = new ArrayList<>();
        byHome.forEach((home, branches) -> {
            turns.add(background.once(monitor.claim(home), () -> turn(home, branches, act)));
        });
        return CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new));
    }

    private void turn(NodeIdentity home, List<PreparedBranch> branches, boolean act) {
        HomeTurn turn = new HomeTurn(monitor, homes, decisions, grace, patience, listener, counts);
        if (act) {
            turn.settle(home, branches);
        } else {
            turn.watchOnly(branches);
        }
        if (turn.again()) {
            again = true;
        }
        monitor.doubts(home, turn.doubts());
    }

    /** Threads for turns. */
    interface Background {

        /** {@return ends with the task, which runs unless another turn holds the claim} Then the claim is released. */
        CompletableFuture<Void> once(Claim claim, Runnable task);
    }

    /**
     * {@return whether something is left that can probably be settled in a moment, long before the next regular pass}
     */
    boolean again() {
        return again;
    }
}
