package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.log.Throttle;
import io.github.postgresxa.manager.nodelog.ListedBranches.Listed;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.transaction.xa.XAResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what any process has left prepared where another resource takes part. The manager's own recovery does not run:
 * it could only use what is missing in its own log.
 *
 * <p>A branch is ended as its row says. Where there is none, a row A is written first: see
 * {@link io.github.postgresxa.decision.ManagerLog#settle}. So several processes may do this at once, also while the
 * manager lives; only it would be impolite to disturb one that is at work.
 */
final class BranchRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(BranchRecovery.class);

    private static final Throttle LINES = new Throttle(3, Duration.ofMinutes(1), System::nanoTime);

    /** How often the resources are asked while nothing is known to wait. */
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** A manager that has shown no sign of life for so long is taken for dead. */
    private static final Duration DEAD = Duration.ofSeconds(10);

    /**
     * What waits for longer is settled although its manager lives: that one hangs. What is undecided is rolled back
     * then, and what is decided is carried out twice, which does no harm.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What is seen once and not listed any more, while some resource does not answer. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final NodeLog own;
    private final Resources resources;
    private final Duration grace;
    private final boolean endsOthers;
    private final MonotonicClock clock;
    private final Map<ManagerXid, Long> seen = new HashMap<>();
    private final Set<ManagerName> reported = new HashSet<>();
    private final Set<XAResource> failed = Collections.newSetFromMap(new IdentityHashMap<>());
    private volatile long asked;
    private volatile boolean isFirst = true;
    private volatile boolean waiting;
    private volatile boolean closed;

    /**
     * Creates the recovery of some resources.
     *
     * @param own the log of this process's manager
     * @param resources what is asked
     * @param grace how long a branch is left to its manager, from when it was first seen
     * @param endsOthers whether it also ends what other managers have left
     * @param clock the time
     */
    BranchRecovery(NodeLog own, Resources resources, Duration grace, boolean endsOthers, MonotonicClock clock) {
        this.own = own;
        this.resources = resources;
        this.grace = grace;
        this.endsOthers = endsOthers;
        this.clock = clock;
    }

    /** {@return whether the resources have to be asked now} */
    boolean isDue() {
        return !closed
                && resources.areThere()
                && (isFirst || clock.nanos() - asked >= (waiting ? grace : PERIOD).toNanos());
    }

    /** Asks the resources, and settles what has waited for long enough. Called by one thread at a time. */
    void tick() {
        if (isDue()) {
            asked = clock.nanos();
            isFirst = false;
            settle(list());
            failed.forEach(resources::failed); // Not before: others of this round use the same connection.
            failed.clear();
            waiting = !seen.isEmpty();
        }
    }

    /** Ends nothing more, also if it is at work. */
    void close() {
        closed = true;
    }

    private Map<ManagerXid, List<Listed>> list() {
        ListedBranches listed = new ListedBranches();
        for (XAResource resource : resources.open()) {
            if (!listed.ask(resource)) {
                failed.add(resource);
            }
        }
        Map<ManagerXid, List<Listed>> all = listed.all();
        long now = clock.nanos();
        // Of a resource that has not listed anything, no branch has gone.
        long forgotten = failed.isEmpty() ? 0 : FORGOTTEN.toNanos();
        seen.entrySet().removeIf(e -> !all.containsKey(e.getKey()) && now - e.getValue() >= forgotten);
        all.keySet().forEach(xid -> seen.putIfAbsent(xid, now));
        return all;
    }

    private boolean isSeenFor(ManagerXid xid, Duration time) {
        Long first = seen.get(xid);
        return first != null && clock.nanos() - first >= time.toNanos();
    }

    /**
     * What is settled together.
     *
     * @param listed the branches
     * @param rows what is known already, by transaction
     */
    private record Round(Map<ManagerXid, List<Listed>> listed, Map<String, Decision.Kind> rows) {}

    private void settle(Map<ManagerXid, List<Listed>> listed) {
        Map<ManagerName, List<ManagerXid>> byManager = new LinkedHashMap<>();
        listed.keySet().stream()
                .filter(xid -> isSeenFor(xid, grace))
                .forEach(xid -> ManagerIds.manager(xid)
                        .ifPresent(name -> byManager
                                .computeIfAbsent(name, n -> new ArrayList<>())
                                .add(xid)));
        Round round = new Round(listed, new HashMap<>());
        List<ManagerXid> ours = byManager.remove(own.name());
        if (ours != null) {
            settleOurs(ours, round);
        }
        if (endsOthers && !byManager.isEmpty()) {
            settleOthers(byManager, round);
        }
    }

    /** Settles what this process's own manager has left, and does not work on any more. */
    private void settleOurs(List<ManagerXid> ours, Round round) {
        for (ManagerXid xid : ours) {
            String transaction = ManagerIds.transaction(xid);
            boolean isAlone = !own.underWay().includes(xid);
            Duration wait = !isAlone ? PATIENCE : own.hasTriedToDecide(transaction) ? grace : DEAD;
            if (isSeenFor(xid, wait)) {
                settle(xid, round, isAlone, () -> own.settle(transaction));
            }
        }
    }

    private void settleOthers(Map<ManagerName, List<ManagerXid>> byManager, Round round) {
        Set<ManagerName> unknown = new LinkedHashSet<>();
        byManager.forEach((name, some) -> {
            if (some.stream().anyMatch(xid -> isSeenFor(xid, PATIENCE))) {
                unknown.add(name);
            }
        });
        boolean allAnswered = true;
        for (ManagerLogNode node : own.registration().nodes()) {
            try {
                node.silence(byManager.keySet()).forEach((name, silence) -> {
                    unknown.remove(name);
                    settleOthers(
                            byManager.getOrDefault(name, List.of()), silence.compareTo(DEAD) >= 0, node, name, round);
                });
            } catch (SQLException e) {
                allAnswered = false;
                LOG.debug("node '{}' does not tell which transaction managers it knows", node.name(), e);
            }
        }
        if (allAnswered && reported.addAll(unknown)) {
            LOG.warn(LogMessages.MANAGER_UNKNOWN, unknown);
        }
    }

    private void settleOthers(
            List<ManagerXid> some, boolean isSilent, ManagerLogNode node, ManagerName manager, Round round) {
        for (ManagerXid xid : some) {
            if (isSeenFor(xid, isSilent ? DEAD : PATIENCE)) {
                settle(xid, round, isSilent, () -> node.settle(node.identity(), manager, ManagerIds.transaction(xid)));
            }
        }
    }

    private interface Question {
        Decision.Kind ask() throws SQLException;
    }

    private void settle(ManagerXid xid, Round round, boolean isAlone, Question question) {
        String transaction = ManagerIds.transaction(xid);
        try {
            Decision.Kind row = round.rows().get(transaction);
            if (row == null) {
                row = question.ask();
                round.rows().put(transaction, row);
            }
            for (Listed each : round.listed().getOrDefault(xid, List.of())) {
                if (!closed && !BranchEnd.tell(each, row, isAlone)) {
                    failed.add(each.resource());
                }
            }
        } catch (SQLException e) {
            LOG.debug("what the transaction manager of {} has decided is not known yet", xid, e);
            if (isSeenFor(xid, PATIENCE) && LINES.pass()) {
                LOG.warn(LogMessages.MANAGER_NOT_ASKED, xid, e.getMessage(), LINES.more());
            }
        }
    }
}
