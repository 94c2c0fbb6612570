package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Burst;
import io.github.postgresxa.node.Durability;
import io.github.postgresxa.node.Reply;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.node.XidStatus;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether one participant has carried decisions out for good: on a primary with the right identity, the branch
 * is not listed any more, its xid ended the decided way, and a write on the same session has reached the standby.
 */
final class ParticipantCheck {

    /** What one participant shows of one decision. */
    enum State {
        /** Done, for good. */
        CARRIED_OUT,
        /**
         * Done, for good; but a branch of the same home with a lower xid there is not, or may still come. Without this
         * decision, the participant's mark would pass that branch, and it would look like one that a restore has
         * brought back.
         */
        HELD,
        /** Still prepared, or no answer. */
        OPEN,
        /** It ended the other way, or its node has lost it. */
        CONTRADICTED,
        /** An xid means something only within one incarnation of a server, and this is another one. */
        UNVERIFIABLE
    }

    /**
     * Runs before the list, and reads what runs and is not prepared: a transaction that is prepared in between is in
     * the list.
     */
    private static final String RUNNING = """
            select (select string_agg(x::text, ',') from pg_snapshot_xip(pg_current_snapshot()) x
                    where not exists (select from pg_prepared_xacts p where p.transaction = x::xid)),
                   pg_snapshot_xmax(pg_current_snapshot());
            """;

    private enum Part implements Burst.Name {
        IDENTITY,
        RUNNING,
        PREPARED,
        STATUS
    }

    private ParticipantCheck() {}

    static Map<TransactionId, State> ask(
            Wire wire,
            String identityQuery,
            NodeLink link,
            NodeIdentity home,
            NodeIdentity identity,
            List<Decision> decisions)
            throws SQLException {
        return ask(wire, identityQuery, link, home, identity, decisions, running -> running);
    }

    /**
     * Queries the participant.
     *
     * @param holding selects, of the xids that run there, those that have not run for too long
     * @return what the participant shows of each decision; nothing if it is not the right database, or no primary
     */
    static Map<TransactionId, State> ask(
            Wire wire,
            String identityQuery,
            NodeLink link,
            NodeIdentity home,
            NodeIdentity identity,
            List<Decision> decisions,
            UnaryOperator<Set<Xid8>> holding)
            throws SQLException {
        ServerFacts facts = ServerFacts.read(wire);
        if (!facts.primary() || !identity.equals(link.identity())) {
            return Map.of();
        }
        List<Xid8> xids = decisions.stream()
                .flatMap(d -> d.participants().stream())
                .filter(p -> p.identity().equals(identity))
                .map(Participant::xid)
                .toList();
        Burst burst = question(identityQuery, xids);
        Reply reply = wire.send(burst.text());
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the participant's answer");
        }
        if (reply.rows(burst, Part.IDENTITY).stream()
                .noneMatch(row -> identity.text().equals(row.get(0)))) {
            // Another database answered.
            return Map.of();
        }
        Map<Xid8, XidStatus> status = XidStatus.read(reply.rows(burst, Part.STATUS), xids);
        List<@Nullable String> running = reply.row(burst, Part.RUNNING);
        Xid8 present = Xid8.parse(String.valueOf(running.get(1)));
        Xid8 oldest = holding.apply(xids(running.get(0))).stream().reduce(present, Xid8::min);
        Set<String> listed = new HashSet<>();
        for (List<@Nullable String> row : reply.rows(burst, Part.PREPARED)) {
            String transaction = transactionOf(String.valueOf(row.get(0)), home);
            listed.add(transaction);
            if (!transaction.isEmpty()) {
                oldest = Xid8.min(oldest, present.nearest(String.valueOf(row.get(1))));
            }
        }
        Map<TransactionId, State> states = new HashMap<>();
        for (Decision decision : decisions) {
            Participant participant = decision.participant(identity);
            boolean stillListed = listed.contains(decision.transaction().toString());
            XidStatus its = Objects.requireNonNull(status.get(participant.xid()));
            State state =
                    stillListed ? State.OPEN : judge(decision, participant, facts.incarnation(), link.history(), its);
            boolean held = state == State.CARRIED_OUT
                    && decision.kind() == Decision.Kind.COMMIT
                    && !oldest.isAbove(participant.xid());
            states.put(decision.transaction(), held ? State.HELD : state);
        }
        return states;
    }

    private static State judge(
            Decision decision, Participant participant, String incarnation, LogHistory history, XidStatus status) {
        if (participant.incarnation().equals(Participant.UNKNOWN_INCARNATION)) {
            // Written by a manager's recovery, which knows no xid. It is not listed; that is enough.
            return State.CARRIED_OUT;
        }
        if (!participant.isConfirmed()) {
            return whetherItMayStillBePrepared(status);
        }
        XidStatus expected = decision.kind() == Decision.Kind.COMMIT ? XidStatus.COMMITTED : XidStatus.ABORTED;
        if (!participant.incarnation().equals(incarnation) || !history.vouchesFor(participant.xid())) {
            return inAnotherIncarnation(decision, status);
        }
        if (status == XidStatus.FORGOTTEN) {
            // So long ago that the server has forgotten how it ended. It is not listed any more.
            return State.CARRIED_OUT;
        }
        if (status == expected) {
            return State.CARRIED_OUT;
        }
        return status == XidStatus.IN_PROGRESS ? State.OPEN : State.CONTRADICTED;
    }

    /**
     * Judges a branch whose PREPARE was not answered: only the vote has shown its xid. As long as the xid runs, the
     * PREPARE may come. Otherwise it never will, however the xid ended: after a crash it may be another transaction
     * that committed under it.
     */
    private static State whetherItMayStillBePrepared(XidStatus status) {
        return status == XidStatus.IN_PROGRESS || status == XidStatus.IN_THE_FUTURE ? State.OPEN : State.CARRIED_OUT;
    }

    /**
     * Judges a branch in another incarnation. After a failover or a restore a lost xid is assigned again, to a
     * transaction that may then commit. So "committed" proves nothing; with any other status, a branch that was to be
     * committed is not.
     */
    private static State inAnotherIncarnation(Decision decision, XidStatus status) {
        boolean lost = decision.kind() == Decision.Kind.COMMIT
                && (status == XidStatus.ABORTED
                        || status == XidStatus.IN_PROGRESS
                        || status == XidStatus.IN_THE_FUTURE);
        return lost ? State.CONTRADICTED : State.UNVERIFIABLE;
    }

    private static String transactionOf(String gid, NodeIdentity home) {
        return Gid.ours(gid)
                .filter(g -> g.home().equals(home))
                .map(g -> g.transaction().toString())
                .orElse("");
    }

    private static Set<Xid8> xids(@Nullable String list) {
        return list == null
                ? Set.of()
                : Stream.of(list.split(",")).map(Xid8::parse).collect(Collectors.toSet());
    }

    /** Builds one transaction: the list, the fate of each xid, and a write that waits for the standby. */
    private static Burst question(String identityQuery, List<Xid8> xids) {
        return new Burst()
                .then("begin isolation level read committed read write;\n" + Durability.RAISE)
                .then(Part.IDENTITY, identityQuery)
                .then(Part.RUNNING, RUNNING)
                .then(Part.PREPARED, "select gid, transaction from pg_prepared_xacts where gid like 'pgxa/%';\n")
                .then(Part.STATUS, XidStatus.question(xids))
                .then(Durability.BARRIER + "commit");
    }
}
