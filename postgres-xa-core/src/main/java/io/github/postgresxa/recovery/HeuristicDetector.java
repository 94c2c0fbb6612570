package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.Fence;
import io.github.postgresxa.decision.HighWaterMark;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.XidStatus;
import io.github.postgresxa.prepared.PreparedBranch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks branches that another party has finished: almost always their coordinator or another recovery, as decided;
 * rarely a person, who may have guessed wrong.
 */
final class HeuristicDetector {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Homes homes;
    private final DecisionLog decisions;
    private final Duration grace;
    private final HeuristicAlarm alarm;
    private final MonotonicClock clock;

    HeuristicDetector(Homes homes, DecisionLog decisions, Duration grace, HeuristicAlarm alarm, MonotonicClock clock) {
        this.homes = homes;
        this.decisions = decisions;
        this.grace = grace;
        this.alarm = alarm;
        this.clock = clock;
    }

    /** {@return those of the branches that need another check} */
    List<VanishedBranch> check(NodeLink node, List<VanishedBranch> vanished) {
        if (vanished.isEmpty()) {
            return List.of();
        }
        try {
            Map<VanishedBranch, XidStatus> ends = ends(node, vanished);
            return vanished.stream()
                    .filter(v -> !settled(node, v, ends.getOrDefault(v, XidStatus.FORGOTTEN)))
                    .toList();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("node '{}' did not answer how branches ended", node.node().name(), e);
            return vanished;
        }
    }

    /**
     * Finds how branches ended, as far as the server can answer. An xid means something only within one incarnation,
     * and two branches of different ones may have the same. {@link FailoverCheck} handles what a failover did to a
     * branch.
     */
    private static Map<VanishedBranch, XidStatus> ends(NodeLink node, List<VanishedBranch> vanished)
            throws SQLException {
        return node.use(c -> {
            String now = ServerFacts.read(c).incarnation();
            List<VanishedBranch> known = vanished.stream()
                    .filter(v -> v.incarnation().equals(now)
                            && node.history().vouchesFor(v.branch().xid()))
                    .toList();
            if (known.isEmpty()) {
                return Map.of();
            }
            List<Xid8> xids = known.stream().map(v -> v.branch().xid()).toList();
            Map<Xid8, XidStatus> status =
                    XidStatus.read(c.send(XidStatus.question(xids)).rows(), xids);
            Map<VanishedBranch, XidStatus> ends = new HashMap<>();
            known.forEach(v ->
                    ends.put(v, Objects.requireNonNull(status.get(v.branch().xid()))));
            return ends;
        });
    }

    private boolean settled(NodeLink node, VanishedBranch vanished, XidStatus end) {
        return switch (end) {
            case COMMITTED -> settled(node, vanished, Outcome.COMMITTED);
            case ABORTED -> settled(node, vanished, Outcome.ROLLED_BACK);
            case IN_PROGRESS, IN_THE_FUTURE -> false;
            case FORGOTTEN -> true;
        };
    }

    private boolean settled(NodeLink node, VanishedBranch vanished, Outcome actual) {
        Gid gid = vanished.branch().gid();
        NodeLink home = homes.find(gid.home());
        if (home == null) {
            // Without a home, this process cannot know what was decided.
            return homes.allIdentified() && !homes.areTwins(gid.home());
        }
        // Before the search for its row: what is listed then cannot have been finished, and its row deleted, by that
        // time.
        boolean managerMayDecide = gid.manager() != null && homes.mayBePrepared(gid.transaction(), vanished.missedAt());
        try {
            TransactionId id = gid.transaction();
            DecisionLog.Rows read = home.use(c -> decisions.read(c, gid.home(), List.of(id)));
            DecisionRow stands = read.rows().get(id);
            Decision row = stands == null ? null : stands.read();
            if (row == null && gid.manager() != null) {
                return !managerMayDecide;
            }
            if (row == null && actual == Outcome.COMMITTED) {
                if (!isUndecided(vanished, marks(home, gid), read.mark())) {
                    // There may have been a row that is deleted by now.
                    return true;
                }
                if (vanished.knownFor(clock.nanos()).compareTo(grace) < 0) {
                    // Its coordinator may decide the same at this moment.
                    return false;
                }
                Optional<Fence> fence = fence(home, vanished);
                if (fence.isEmpty()) {
                    // There may have been a row that was deleted just now.
                    return true;
                }
                row = fence.get().decision();
            }
            if (row != null
                    && row.kind().outcome() != actual
                    && row.kind() == Decision.Kind.ABORT
                    && gid.manager() == null
                    && !vanished.nothingForgotten(read.mark())
                    && !isUndecided(vanished, marks(home, gid), read.mark())) {
                // Another process may have asked, and so fenced, after the row C was deleted.
                return true;
            }
            // No row and rolled back: nothing else will ever be decided, or its coordinator notices it when it commits.
            if (row != null && row.kind().outcome() != actual) {
                alarm.raise(home, gid.home(), node, Map.of(id, actual));
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            LOG.debug("home '{}' did not answer what was decided", home.node().name(), e);
            return false;
        }
    }

    private ParticipantMarks marks(NodeLink home, Gid gid) throws SQLException {
        return home.use(c -> decisions.marks(c, gid.home(), List.of(gid.branch())));
    }

    private Optional<Fence> fence(NodeLink home, VanishedBranch vanished) throws SQLException {
        Gid gid = vanished.branch().gid();
        return home.use(c -> decisions
                .fences()
                .write(
                        c,
                        gid.transaction(),
                        gid.home(),
                        List.of(),
                        List.of(gid.branch()),
                        written -> isUndecided(vanished, written.marks(), written.mark())));
    }

    /**
     * Whether no row C of the branch was ever deleted. A participant's mark is below no branch whose row C was deleted.
     * So it is a proof even for a home that did not answer while the branch was listed. For rows deleted before there
     * were such marks, only the home's mark counts, and only if it was read then: it does not move when a row below it
     * is deleted.
     */
    private static boolean isUndecided(VanishedBranch vanished, ParticipantMarks marks, HighWaterMark mark) {
        PreparedBranch branch = vanished.branch();
        return switch (marks.of(branch.gid().branch(), branch.xid())) {
            case UNDECIDED -> true;
            case UNDECIDED_SINCE -> vanished.nothingForgotten(mark);
            case NOTHING -> false;
        };
    }
}
