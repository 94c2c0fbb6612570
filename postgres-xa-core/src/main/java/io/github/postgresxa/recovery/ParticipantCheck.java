package io.github.postgresxa.recovery;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks one participant whether it has carried decisions out for good: on a primary with the right identity, the branch is not listed any more,
 * its xid ended the decided way, and a write on the same session has reached the standby.
 */
final class ParticipantCheck {

    /** What one participant shows of one decision. */
    enum State {
        /** Done, for good. */
        CARRIED_OUT,
        /** Still prepared, or not answered. */
        OPEN,
        /** It ended the other way, or its node has lost it. */
        CONTRADICTED,
        /** An xid means something only within one incarnation of a server, and this is another one. */
        UNVERIFIABLE
    }

    private ParticipantCheck() {}

    static Map<TransactionId, State> ask(
            Wire wire,
            String identityQuestion,
            NodeLink link,
            NodeIdentity home,
            NodeIdentity identity,
            List<Decision> decisions)
            throws SQLException {
        ServerFacts facts = ServerFacts.read(wire);
        if (!facts.primary() || !identity.equals(link.identity())) {
            return Map.of();
        }
        Reply reply = wire.send(question(identityQuestion, decisions, identity));
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the participant's answer");
        }
        if (reply.rows().stream()
                .noneMatch(row -> row.size() == 1 && identity.text().equals(row.get(0)))) {
            return Map.of(); // Another database answered.
        }
        Set<String> listed = new HashSet<>();
        Map<Long, XidStatus> status = XidStatus.read(reply);
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 3) {
                listed.add(transactionOf(String.valueOf(row.get(0)), home));
            }
        }
        Map<TransactionId, State> states = new HashMap<>();
        for (Decision decision : decisions) {
            Participant participant = decision.participant(identity);
            boolean stillListed = listed.contains(decision.transaction().toString());
            states.put(
                    decision.transaction(),
                    stillListed
                            ? State.OPEN
                            : judge(decision, participant, facts.incarnation(), status.get(participant.xid())));
        }
        return states;
    }

    private static State judge(
            Decision decision, Participant participant, String incarnation, @Nullable XidStatus status) {
        if (participant.incarnation().equals(Participant.UNKNOWN_INCARNATION)) {
            return State
                    .CARRIED_OUT; // Written by a manager's recovery, which knows no xid; that it is not listed must do.
        }
        XidStatus expected = decision.verb() == Decision.Verb.COMMIT ? XidStatus.COMMITTED : XidStatus.ABORTED;
        if (!participant.incarnation().equals(incarnation)) {
            return inAnotherIncarnation(decision, status);
        }
        if (status == null || status == XidStatus.FORGOTTEN) {
            return State
                    .CARRIED_OUT; // So long ago that the server has forgotten how it ended; it is not listed any more.
        }
        if (status == expected) {
            return State.CARRIED_OUT;
        }
        return status == XidStatus.IN_PROGRESS ? State.OPEN : State.CONTRADICTED;
    }

    /**
     * After a failover or a restore an xid that was lost is given away again, to a transaction that may then commit. So "committed" proves nothing;
     * but whatever else it says, a branch that was to be committed is not.
     */
    private static State inAnotherIncarnation(Decision decision, @Nullable XidStatus status) {
        boolean lost = decision.verb() == Decision.Verb.COMMIT
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

    /** One transaction: the list, the fate of each xid, and a write that waits for the standby. */
    private static String question(String identityQuestion, List<Decision> decisions, NodeIdentity identity) {
        List<Long> xids = decisions.stream()
                .flatMap(d -> d.participants().stream())
                .filter(p -> p.identity().equals(identity))
                .map(Participant::xid)
                .toList();
        return """
                begin isolation level read committed read write;
                %s%sselect gid, owner, database from pg_prepared_xacts where gid like 'pgxa/%%';
                %s%scommit""".formatted(Durability.RAISE, identityQuestion, XidStatus.question(xids), Durability.BARRIER);
    }
}
