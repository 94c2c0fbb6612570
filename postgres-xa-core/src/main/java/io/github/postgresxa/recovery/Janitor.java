package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes decisions that nobody can need any more: never by age alone. A decision with participants goes when each of them was asked and has
 * carried it out for good; a fence, when every transaction that ran as it was written has ended.
 */
final class Janitor {

    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);

    private static final int BATCH = 1_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Homes homes;
    private final DecisionLog decisions;
    private final Duration retention;
    private final Set<String> alarmed = ConcurrentHashMap.newKeySet();
    private final Set<TransactionId> kept = ConcurrentHashMap.newKeySet();

    Janitor(Homes homes, DecisionLog decisions, Duration retention) {
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

    /** Cleans up at one home, as far as the participants answer. */
    void sweep(NodeLink home) {
        NodeIdentity identity = home.identity();
        if (identity == null) {
            return; // It has not answered yet.
        }
        try {
            List<Decision> expired = home.use(c -> decisions.expired(c, identity, retention, BATCH + kept.size()));
            List<TransactionId> done = carriedOut(identity, expired);
            if (!done.isEmpty()) {
                home.use(c -> {
                    decisions.forget(c, identity, done);
                    return done;
                });
                LOG.debug(
                        "{} decisions at '{}' are carried out everywhere and deleted",
                        done.size(),
                        home.node().name());
            }
            home.use(c -> {
                decisions.forgetFences(c, identity, retention);
                return identity;
            });
        } catch (SQLException e) {
            LOG.debug(
                    "the decisions at '{}' were not cleaned up this time",
                    home.node().name(),
                    e);
        }
    }

    private List<TransactionId> carriedOut(NodeIdentity home, List<Decision> expired) {
        Map<NodeIdentity, List<Decision>> byParticipant = new HashMap<>();
        for (Decision decision : expired) {
            decision.participants()
                    .forEach(p -> byParticipant
                            .computeIfAbsent(p.identity(), i -> new ArrayList<>())
                            .add(decision));
        }
        Set<TransactionId> open = new HashSet<>();
        byParticipant.forEach((participant, its) -> open.addAll(open(home, participant, its)));
        List<TransactionId> done = new ArrayList<>();
        expired.stream()
                .map(Decision::transaction)
                .filter(id -> !open.contains(id))
                .forEach(done::add);
        kept.retainAll(open);
        return done;
    }

    /** {@return those of the decisions that one participant has not verifiably carried out} */
    private Set<TransactionId> open(NodeIdentity home, NodeIdentity participant, List<Decision> its) {
        Set<TransactionId> open = new HashSet<>();
        NodeLink link = homes.find(participant);
        try {
            if (link == null) {
                its.forEach(d -> open.add(d.transaction()));
                return open;
            }
            Map<TransactionId, ParticipantCheck.State> states =
                    link.use(c -> ParticipantCheck.ask(c, link, home, participant, its));
            for (Decision decision : its) {
                ParticipantCheck.State state = states.getOrDefault(decision.transaction(), ParticipantCheck.State.OPEN);
                if (state != ParticipantCheck.State.CARRIED_OUT) {
                    open.add(decision.transaction());
                }
                if (state == ParticipantCheck.State.CONTRADICTED || state == ParticipantCheck.State.UNVERIFIABLE) {
                    kept.add(decision.transaction());
                    alarm(decision, participant, link, state);
                }
            }
        } catch (SQLException e) {
            its.forEach(d -> open.add(d.transaction())); // It did not answer: nothing is forgotten.
        }
        return open;
    }

    private void alarm(Decision decision, NodeIdentity participant, NodeLink link, ParticipantCheck.State state) {
        if (!alarmed.add(decision.transaction() + "/" + participant)) {
            return;
        }
        Participant named = decision.participants().stream()
                .filter(p -> p.identity().equals(participant))
                .findFirst()
                .orElseThrow();
        if (state == ParticipantCheck.State.CONTRADICTED) {
            LOG.error(
                    "transaction {}: the decision is {}, but its branch on '{}' (xid {}) ended the other way. Somebody finished it by hand,"
                            + " or the node lost data. The decision is kept; compare the data of all nodes.",
                    decision.transaction(),
                    decision.verb(),
                    link.node().name(),
                    named.xid());
        } else {
            LOG.warn(
                    "transaction {}: node '{}' has failed over or was restored since its branch (xid {}) was prepared, so nobody can verify that"
                            + " it carried out the decision {}. The decision is kept.",
                    decision.transaction(),
                    link.node().name(),
                    named.xid(),
                    decision.verb());
        }
    }
}
