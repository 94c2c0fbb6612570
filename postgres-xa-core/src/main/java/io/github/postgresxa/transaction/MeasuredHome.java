package io.github.postgresxa.transaction;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.HomeReason;
import io.github.postgresxa.branch.Branch;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.node.Experience;
import io.github.postgresxa.node.Node;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes as home the writer with which the commit is expected to be shortest: the longest PREPARE of the others, then
 * the decision, then the longest COMMIT PREPARED of the others. The farthest writer is passed once then, not twice.
 * Where the commit is acknowledged when it is decided, COMMIT PREPARED does not count.
 *
 * <p>The writer that was used first stays the home unless another one saves an eighth of the time and half a
 * millisecond. So nodes that are equally far, and measured with noise, do not take turns.
 */
final class MeasuredHome implements HomeChoice {

    private static final Logger LOG = LoggerFactory.getLogger(MeasuredHome.class);

    private static final int PART = 8;

    private static final long LEAST = 500_000;

    private final @Nullable String pinned;

    /**
     * Creates the choice.
     *
     * @param pinned the node that is the home wherever it writes; null for none
     */
    MeasuredHome(@Nullable String pinned) {
        this.pinned = pinned;
    }

    @Override
    public Home choose(List<Branch> writers, Form form) {
        if (pinned != null) {
            for (Branch writer : writers) {
                if (writer.session().node().name().equals(pinned)) {
                    return new Home(writer, HomeReason.PINNED);
                }
            }
        }
        int best = writers.size() == 1 ? 0 : shortest(experiences(writers), form);
        return new Home(writers.get(best), best == 0 ? HomeReason.FIRST_USED : HomeReason.SHORTEST_COMMIT);
    }

    @Override
    public void refused(CommitStep step, Branch branch, SQLException why) {
        Node node = branch.session().node();
        String text = Sanitizer.oneLine(String.valueOf(why.getMessage()));
        if (step == CommitStep.PREPARE && node.experience().refusedToPrepare(why.getSQLState())) {
            LOG.info(LogMessages.STAYS_HOME, text);
        }
        if (step == CommitStep.DECIDE && node.experience().refusedToDecide(why.getSQLState())) {
            LOG.info(LogMessages.NO_FAR_HOME, node.name(), text);
        }
    }

    private static Experience[] experiences(List<Branch> writers) {
        Experience[] nodes = new Experience[writers.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = writers.get(i).session().node().experience();
        }
        return nodes;
    }

    /**
     * Finds the home with the shortest commit.
     *
     * @param nodes the writers' nodes
     * @param form what the caller of the commit waits for
     * @return its index; 0 unless another one is clearly better
     */
    static int shortest(Experience[] nodes, Form form) {
        boolean subordinate = form == Form.SUBORDINATE;
        // What the first one did there perhaps cannot be prepared.
        boolean first = !subordinate && nodes[0].refusedPrepare();
        Durations durations = first ? null : Durations.of(nodes);
        if (durations == null) {
            return 0;
        }
        int best = 0;
        long shortest = durations.ofCommit(0, form);
        long mustBeat = shortest - Math.max(shortest / PART, LEAST);
        for (int i = 1; i < nodes.length; i++) {
            long whole = durations.ofCommit(i, form);
            if (whole < shortest && whole < mustBeat && (subordinate || !nodes[i].refusedDecision())) {
                best = i;
                shortest = whole;
            }
        }
        return best;
    }

    /**
     * What each writer's steps take.
     *
     * @param nodes the writers' nodes
     * @param steps whether the steps themselves are known; if not, a round trip has to do
     */
    private record Durations(Experience[] nodes, boolean steps) {

        /** {@return the durations, all known in the same way; null if some are not} */
        static @Nullable Durations of(Experience[] nodes) {
            boolean steps = true;
            boolean roundTrips = true;
            for (Experience node : nodes) {
                steps &= node.knowsSettling();
                roundTrips &= node.knowsRoundTrip();
            }
            return steps || roundTrips ? new Durations(nodes, steps) : null;
        }

        /** {@return how long PREPARE or the decision takes} */
        private long settling(int node) {
            return steps ? nodes[node].settlingNanos() : nodes[node].roundTripNanos();
        }

        /** {@return how long COMMIT PREPARED takes} */
        private long finishing(int node) {
            return steps ? nodes[node].finishingNanos() : nodes[node].roundTripNanos();
        }

        /** {@return how long a commit with this home takes} */
        long ofCommit(int home, Form form) {
            int except = form == Form.SUBORDINATE ? -1 : home;
            long settling = 0;
            long finishing = 0;
            for (int i = 0; i < nodes.length; i++) {
                if (i != except) {
                    settling = Math.max(settling, settling(i));
                    finishing = Math.max(finishing, finishing(i));
                }
            }
            long decided = settling + settling(home);
            return form == Form.DECIDED ? decided : decided + finishing;
        }
    }
}
