package io.github.postgresxa.recovery;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionRetention;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes decisions that no process can need any more, never by age alone. A decision with participants goes when each
 * of them was queried and has carried it out for good. A fence goes when every transaction that ran when it was written
 * has ended.
 */
final class Janitor {

    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

    private static final int BATCH = 1_000;
    private static final int MOST_ALARMS = 1_000;

    /** The most pages in a row without a deletion that one sweep reads. The next sweep continues after them. */
    private static final int IN_VAIN = 10;

    /**
     * A transaction that has run at a participant for this many retentions, and for at least {@link #LEAST_PATIENCE},
     * holds no decision any more.
     */
    private static final int PATIENCE = 10;

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Homes homes;
    private final DecisionLog decisions;
    private final Duration retention;
    private final HeuristicAlarm alarm;
    private final MonotonicClock clock;
    private final Set<String> alarmed = ConcurrentHashMap.newKeySet();
    private final Map<NodeLink, String> goOnAfter = new ConcurrentHashMap<>();

    private final Map<NodeIdentity, Running> running = new ConcurrentHashMap<>();

    /**
     * The transactions that run at a participant.
     *
     * @param era within which their xids are theirs
     * @param since when this process has first seen each, by the monotonic clock
     */
    private record Running(String era, Map<Xid8, Long> since) {}

    Janitor(Homes homes, DecisionLog decisions, Duration retention, HeuristicAlarm alarm, MonotonicClock clock) {
        this.clock = clock;
        this.alarm = alarm;
        this.homes = homes;
        this.decisions = decisions;
        this.retention = retention;
    }

    Duration interval() {
        Duration tenth = retention.dividedBy(10);
        if (tenth.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return tenth.compareTo(LONGEST) > 0 ? LONGEST : tenth;
    }

    /**
     * Cleans up at one home, page by page, as far as the participants answer. A row that has to stay keeps no younger
     * one from being deleted. If very many have to stay, a sweep reads a part of them, and the next one continues
     * there.
     */
    void sweep(NodeLink home) {
        NodeIdentity identity = home.identity();
        if (identity == null || !homes.isAlone(home)) {
            // It has not answered yet, or it is not known which of two is the home.
            return;
        }
        try {
            Unverified unverified = new Unverified();
            String after = goOnAfter.getOrDefault(home, "");
            DecisionRetention.Page page;
            int inVain = 0;
            do {
                String from = after;
                page = home.use(c -> decisions.kept().expired(c, identity, retention, from, BATCH));
                List<TransactionId> done = carriedOut(identity, page.decisions(), unverified);
                forget(home, identity, done);
                page.unreadable().forEach(gtrid -> tellUnreadable(home, gtrid));
                inVain = done.isEmpty() ? inVain + 1 : 0;
                after = page.end();
            } while (!page.last() && inVain < IN_VAIN);
            goOnAfter.put(home, page.last() ? "" : after);
            unverified.report(home);
            home.use(c -> {
                decisions.kept().forgetFences(c, identity, retention);
                return identity;
            });
        } catch (SQLException e) {
            LOG.debug(
                    "the decisions at '{}' were not cleaned up this time",
                    home.node().name(),
                    e);
        }
    }

    /** Reports a row that cannot be read. It stays, like all that cannot be verified. */
    private void tellUnreadable(NodeLink home, String gtrid) {
        if (alarmed.size() < MOST_ALARMS && alarmed.add(home.node().name() + "/" + gtrid)) {
            LOG.warn(LogMessages.UNREADABLE_ROW, gtrid, home.node().name());
        }
    }

    private void forget(NodeLink home, NodeIdentity identity, List<TransactionId> done) throws SQLException {
        if (done.isEmpty()) {
            return;
        }
        home.use(c -> {
            decisions.kept().forget(c, identity, done);
            return done;
        });
        LOG.debug(
                "{} decisions at '{}' were carried out everywhere and are deleted",
                done.size(),
                home.node().name());
    }

    private List<TransactionId> carriedOut(NodeIdentity home, List<Decision> expired, Unverified unverified) {
        Map<NodeIdentity, List<Decision>> byParticipant = new HashMap<>();
        for (Decision decision : expired) {
            decision.participants()
                    .forEach(p -> byParticipant
                            .computeIfAbsent(p.identity(), i -> new ArrayList<>())
                            .add(decision));
        }
        Set<TransactionId> open = new HashSet<>();
        byParticipant.forEach((participant, its) -> open.addAll(open(home, participant, its, unverified)));
        return expired.stream()
                .map(Decision::transaction)
                .filter(id -> !open.contains(id))
                .toList();
    }

    /** {@return those of the decisions that one participant has not verifiably carried out} */
    private Set<TransactionId> open(
            NodeIdentity home, NodeIdentity participant, List<Decision> its, Unverified unverified) {
        Set<TransactionId> open = new HashSet<>();
        its.forEach(d -> open.add(d.transaction()));
        NodeLink link = homes.find(participant);
        if (link == null) {
            return open;
        }
        try {
            Map<TransactionId, ParticipantCheck.State> states = link.use(c -> ParticipantCheck.ask(
                    c,
                    decisions.identityQuery(),
                    link,
                    home,
                    participant,
                    its,
                    xids -> holding(participant, link.era(), xids)));
            Map<TransactionId, Outcome> contradicted = new HashMap<>();
            for (Decision decision : its) {
                switch (states.getOrDefault(decision.transaction(), ParticipantCheck.State.OPEN)) {
                    case CARRIED_OUT -> open.remove(decision.transaction());
                    case CONTRADICTED ->
                        // The row stays.
                        contradicted.put(decision.transaction(), decision.kind().opposite());
                    case UNVERIFIABLE -> unverified.count(link);
                    case HELD, OPEN ->
                        LOG.trace(
                                "{} is still open on '{}'",
                                decision.transaction(),
                                link.node().name());
                }
            }
            NodeLink keeper = homes.find(home);
            if (keeper != null) {
                alarm.raise(keeper, home, link, contradicted);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug(
                    "participant '{}' did not answer: no decision is deleted",
                    link.node().name(),
                    e);
        }
        return open;
    }

    /**
     * Selects the transactions that hold decisions. One that does not end must not keep all decisions for ever. If it
     * prepares after all, its branch may be left to a person. The others hold as ever.
     */
    private Set<Xid8> holding(NodeIdentity participant, String era, Set<Xid8> xids) {
        Map<Xid8, Long> since = running.compute(
                        participant,
                        (p, known) -> known != null && known.era().equals(era)
                                ? known
                                : new Running(era, new ConcurrentHashMap<>()))
                .since();
        long now = clock.nanos();
        since.keySet().retainAll(xids);
        xids.forEach(xid -> since.putIfAbsent(xid, now));
        Duration limit = retention.multipliedBy(PATIENCE);
        Duration longest = limit.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : limit;
        return since.entrySet().stream()
                .filter(seen -> now - seen.getValue() < longest.toNanos())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /**
     * Decisions that cannot be verified, because a participant failed over or was restored. Reported once per
     * participant and number.
     */
    private final class Unverified {

        private final Map<String, Integer> byParticipant = new TreeMap<>();

        void count(NodeLink participant) {
            byParticipant.merge(participant.node().name(), 1, Integer::sum);
        }

        void report(NodeLink home) {
            byParticipant.forEach((participant, count) -> {
                if (alarmed.add("%s/%s/%d".formatted(home.node().name(), participant, count))) {
                    LOG.warn(LogMessages.DECISIONS_STAY, count, home.node().name(), participant);
                }
            });
        }
    }
}
