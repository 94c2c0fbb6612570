package io.github.postgresxa.recovery;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Pace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One process's recovery without its threads: a test says when which pass runs. */
public final class RecoveryUnderTest {

    private final List<NodeWatch> watches;
    private final Homes homes;
    private final DecisionLog decisions;
    private final Janitor janitor;
    private final Duration grace;
    private final XaListener listener;
    private final Contradictions contradictions;
    private final FailoverCheck failovers;

    /**
     * @param nodes the nodes
     * @param decisions the decision log
     * @param grace how long a branch without a row is left alone
     * @param pace the time
     * @param listener is told of alarms
     */
    public RecoveryUnderTest(List<Node> nodes, DecisionLog decisions, Duration grace, Pace pace, XaListener listener) {
        DecisionSchema schema = new DecisionSchema(DecisionSettings.DEFAULT);
        this.watches = nodes.stream()
                .map(n -> new NodeWatch(
                        new NodeLink(n, schema, pace), pace, new LastPass(n.name(), Duration.ofSeconds(1), pace)))
                .toList();
        this.homes = new Homes(watches);
        this.decisions = decisions;
        this.janitor = new Janitor(homes, decisions, Duration.ZERO, listener, pace);
        this.grace = grace;
        this.listener = listener;
        this.contradictions = new Contradictions(homes, decisions, grace, listener, pace);
        this.failovers = new FailoverCheck(homes, decisions, new Acknowledged(), Duration.ZERO, listener);
    }

    /** One pass over one node. */
    public void pass(int node) {
        NodeWatch watch = watches.get(node);
        new NodePass(watch, homes, decisions, grace, Duration.ZERO, listener, new Tally()).run(true, (claim, turn) -> {
            if (claim.take()) {
                try {
                    turn.run();
                } finally {
                    claim.release();
                }
            }
            return CompletableFuture.completedFuture(null);
        });
        watch.putBack(contradictions.look(watch.link(), watch.takeVanished()));
        failovers.look(watch.link());
    }

    /** Cleans up the decisions of one home, all of them at once: nothing may depend on their age. */
    public void sweep(int node) {
        janitor.sweep(watches.get(node).link());
    }

    /** {@return what somebody is answered who asks how a transaction ended} */
    public Outcome outcome(TransactionId id) {
        return new StatusQuestion(homes, decisions).outcome(id);
    }
}
