package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRetention;
import io.github.postgresxa.decision.DecisionRow;
import io.github.postgresxa.decision.HighWaterMark;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.ServerFacts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a node that came back as another incarnation: it has failed over, or was restored. A synchronous standby holds
 * all that was ever acknowledged; otherwise, branches that are decided may be missing. The ordinary pass commits again
 * what is prepared again; this check reports what is lost. It runs at once, because a lost xid shows the loss only
 * until it is assigned again. At the start every node is new, so each home is queried once for the names in its rows,
 * not once for each node.
 */
final class FailoverCheck {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private static final int BATCH = 1_000;

    /** The most transactions that one line of the log names. */
    private static final int NAMED = 50;

    private final Homes homes;
    private final DecisionLog decisions;
    private final Acknowledged acknowledged;
    private final Duration retention;
    private final XaListener listener;
    private final HeuristicAlarm alarm;
    private final Map<Question, String> checked = new ConcurrentHashMap<>();
    private final Map<NodeLink, String> compared = new ConcurrentHashMap<>();
    private final Map<NodeLink, Named> named = new ConcurrentHashMap<>();
    private final Map<NodeLink, ReentrantLock> asking = new ConcurrentHashMap<>();

    /** What one home's rows say about one node. */
    private record Question(NodeLink node, NodeLink home) {}

    /**
     * What a home's rows name.
     *
     * @param asked when it was queried, by the monotonic clock
     * @param incarnations those of each participant
     */
    private record Named(long asked, Map<NodeIdentity, Set<String>> incarnations) {}

    FailoverCheck(
            Homes homes,
            DecisionLog decisions,
            Acknowledged acknowledged,
            Duration retention,
            HeuristicAlarm alarm,
            XaListener listener) {
        this.acknowledged = acknowledged;
        this.retention = retention;
        this.homes = homes;
        this.decisions = decisions;
        this.listener = listener;
        this.alarm = alarm;
    }

    /**
     * Queries every home, once for each incarnation of the node. A home that does not answer now is queried at the next
     * pass. It does not delay what the others know: a lost xid shows the loss only until it is assigned again.
     */
    void check(NodeLink node) {
        NodeIdentity identity = node.identity();
        ServerFacts facts = node.facts();
        if (identity == null || facts == null || !facts.primary() || !homes.isAlone(node)) {
            return;
        }
        String era = node.era();
        compareAnswers(node, identity, facts.incarnation(), era);
        List<TransactionId> unverifiable = new ArrayList<>();
        for (NodeLink home : homes.all()) {
            if (!era.equals(checked.get(new Question(node, home)))) {
                unverifiable.addAll(askHome(node, identity, facts.incarnation(), home, era));
            }
        }
        report(node, unverifiable);
    }

    /** {@return whether nothing is left to check in the node's present incarnation} */
    boolean isDone(NodeLink node) {
        String era = node.era();
        return era.equals(compared.get(node))
                && homes.all().stream().allMatch(home -> era.equals(checked.get(new Question(node, home))));
    }

    private void compareAnswers(NodeLink node, NodeIdentity identity, String incarnation, String era) {
        if (era.equals(compared.get(node))) {
            return;
        }
        try {
            lookForLostDecisions(node, identity, incarnation);
            compared.put(node, era);
        } catch (SQLException | RuntimeException e) {
            LOG.debug(
                    "what the failover of home '{}' lost is not known yet",
                    node.node().name(),
                    e);
        }
    }

    /** {@return the transactions that cannot be verified} */
    private List<TransactionId> askHome(
            NodeLink node, NodeIdentity identity, String incarnation, NodeLink home, String era) {
        try {
            NodeIdentity itsIdentity = home.use(c -> Objects.requireNonNull(home.identity()));
            if (homes.areTwins(itsIdentity)) {
                // A copy's rows prove nothing. It is queried when it is known which of the two is the home.
                return List.of();
            }
            List<TransactionId> unverifiable = new ArrayList<>();
            checkHome(node, identity, incarnation, home, unverifiable);
            checked.put(new Question(node, home), era);
            return unverifiable;
        } catch (SQLException | RuntimeException e) {
            LOG.debug(
                    "what the failover of node '{}' did to decisions of '{}' is not known yet",
                    node.node().name(),
                    home.node().name(),
                    e);
            return List.of();
        }
    }

    /** Checks a home: finds decisions that it acknowledged and does not know any more. */
    private void lookForLostDecisions(NodeLink home, NodeIdentity identity, String incarnation) throws SQLException {
        // Within half the retention, so that no row can be missing because it was carried out and deleted.
        Long wentBack = home.history().timesBack() > 0 ? home.history().wentBack() : null;
        List<Acknowledged.Entry> answered =
                acknowledged.before(identity, incarnation, wentBack, retention.dividedBy(2));
        if (answered.isEmpty()) {
            return;
        }
        List<TransactionId> ids = answered.stream().map(Acknowledged.Entry::id).toList();
        Set<NodeIdentity> participants = answered.stream()
                .flatMap(a -> a.branches().stream())
                .map(Participant::identity)
                .collect(Collectors.toSet());
        DecisionLog.Rows read = home.use(c -> decisions.read(c, identity, ids));
        ParticipantMarks marks = home.use(c -> decisions.marks(c, identity, participants));
        for (Acknowledged.Entry entry : answered) {
            DecisionRow row = read.rows().get(entry.id());
            // A row that cannot be read is not lost.
            boolean lost = row == null
                    ? !mayBeForgotten(entry, marks, read.mark())
                    : row.isReadable() && row.read().kind() == Decision.Kind.ABORT;
            if (lost) {
                listener.heuristic(entry.id(), home.node().name(), Outcome.COMMITTED, Outcome.ROLLED_BACK);
            }
        }
    }

    /**
     * Another application may keep decisions for a shorter time. A row that was deleted has raised the marks of all it
     * named; a single writer's row names none, and has raised its home's.
     */
    private static boolean mayBeForgotten(Acknowledged.Entry entry, ParticipantMarks marks, HighWaterMark mark) {
        List<Participant> branches = entry.branches();
        if (branches.isEmpty()) {
            return mark.covers(entry.homeXid());
        }
        return branches.stream().noneMatch(b -> marks.show(b.identity(), b.xid()));
    }

    private void checkHome(
            NodeLink node, NodeIdentity identity, String incarnation, NodeLink home, List<TransactionId> unverifiable)
            throws SQLException {
        boolean wentBack = node.history().timesBack() > 0;
        if (!wentBack && !namesAnother(home, node, identity, incarnation)) {
            return;
        }
        // Then the rows of the present incarnation need a check as well.
        String trusted = wentBack ? "" : incarnation;
        long from = 0;
        do {
            long start = from;
            DecisionRetention.BlockRange range = home.use(c -> decisions
                    .kept()
                    .ofOtherIncarnations(c, Objects.requireNonNull(home.identity()), identity, trusted, start));
            List<Decision> found = range.decisions();
            for (int i = 0; i < found.size(); i += BATCH) {
                judge(node, identity, home, found.subList(i, Math.min(i + BATCH, found.size())), unverifiable);
            }
            from = range.next();
        } while (from > 0);
    }

    private boolean namesAnother(NodeLink home, NodeLink node, NodeIdentity identity, String incarnation)
            throws SQLException {
        return named(home, node.factsRead()).incarnations().getOrDefault(identity, Set.of()).stream()
                .anyMatch(i -> !i.equals(incarnation) && !i.equals(Participant.UNKNOWN_INCARNATION));
    }

    /**
     * {@return what the home's rows named at a moment after this one}. Many nodes ask at the start, and one query
     * serves all.
     */
    private Named named(NodeLink home, long after) throws SQLException {
        ReentrantLock lock = asking.computeIfAbsent(home, h -> new ReentrantLock());
        lock.lock();
        try {
            Named known = named.get(home);
            if (known == null || known.asked() - after <= 0) {
                known = ask(home);
                named.put(home, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Named ask(NodeLink home) throws SQLException {
        long now = home.nanos();
        Map<NodeIdentity, Set<String>> found = new HashMap<>();
        long from = 0;
        do {
            long start = from;
            from = home.use(
                    c -> decisions.kept().incarnations(c, Objects.requireNonNull(home.identity()), start, found));
        } while (from > 0);
        return new Named(now, Map.copyOf(found));
    }

    private void judge(
            NodeLink node, NodeIdentity identity, NodeLink home, List<Decision> page, List<TransactionId> unverifiable)
            throws SQLException {
        NodeIdentity keeper = Objects.requireNonNull(home.identity());
        Map<TransactionId, Outcome> contradicted = new HashMap<>();
        Map<TransactionId, ParticipantCheck.State> states =
                node.use(c -> ParticipantCheck.ask(c, decisions.identityQuery(), node, keeper, identity, page));
        for (Decision decision : page) {
            ParticipantCheck.State state = states.get(decision.transaction());
            if (state == ParticipantCheck.State.CONTRADICTED) {
                contradicted.put(decision.transaction(), decision.kind().opposite());
            } else if (state == ParticipantCheck.State.UNVERIFIABLE) {
                unverifiable.add(decision.transaction());
            }
        }
        alarm.raise(home, keeper, node, contradicted);
    }

    private static void report(NodeLink node, List<TransactionId> unverifiable) {
        if (!unverifiable.isEmpty()) {
            LOG.warn(
                    LogMessages.FAILED_OVER,
                    node.node().name(),
                    unverifiable.size(),
                    unverifiable.subList(0, Math.min(NAMED, unverifiable.size())),
                    unverifiable.size() > NAMED ? " and more" : "");
        }
    }
}
