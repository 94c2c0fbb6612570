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
import io.github.postgresxa.prepared.PreparedList;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
                   pg_snapshot_xmax(pg_current_snapshot()), '', '';
            """;

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
            UnaryOperator<Set<Long>> holding)
            throws SQLException {
        ServerFacts facts = ServerFacts.read(wire);
        if (!facts.primary() || !identity.equals(link.identity())) {
            return Map.of();
        }
        Reply reply = wire.send(question(identityQuery, decisions, identity));
        if (!reply.endedWith("COMMIT")) {
            throw reply.problem("the participant's answer");
        }
        if (reply.rows().stream()
                .noneMatch(row -> row.size() == 1 && identity.text().equals(row.get(0)))) {
            // Another database answered.
            return Map.of();
        }
        Set<String> listed = new HashSet<>();
        Map<Long, XidStatus> status = XidStatus.read(reply);
        long present = 0;
        long oldest = 0;
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 4) {
                String running = row.get(0);
                present = Long.parseUnsignedLong(String.valueOf(row.get(1)));
                Set<Long> xids = running == null
                        ? Set.of()
                        : Stream.of(running.split(","))
                                .map(Long::parseUnsignedLong)
                                .collect(Collectors.toSet());
                oldest = holding.apply(xids).stream().reduce(present, Math::min);
            }
        }
        for (List<@Nullable String> row : reply.rows()) {
            if (row.size() == 3) {
                String transaction = transactionOf(String.valueOf(row.get(0)), home);
                listed.add(transaction);
                if (!transaction.isEmpty()) {
                    oldest = Math.min(oldest, PreparedList.xid(String.valueOf(row.get(1)), present));
                }
            }
        }
        Map<TransactionId, State> states = new HashMap<>();
        for (Decision decision : decisions) {
            Participant participant = decision.participant(identity);
            boolean stillListed = listed.contains(decision.transaction().toString());
            State state = stillListed
                    ? State.OPEN
                    : judge(decision, participant, facts.incarnation(), link.history(), status.get(participant.xid()));
            boolean held = state == State.CARRIED_OUT
                    && decision.kind() == Decision.Kind.COMMIT
                    && participant.xid() >= oldest;
            states.put(decision.transaction(), held ? State.HELD : state);
        }
        return states;
    }

    private static State judge(
            Decision decision,
            Participant participant,
            String incarnation,
            LogHistory history,
            @Nullable XidStatus status) {
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
        if (status == null || status == XidStatus.FORGOTTEN) {
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
    private static State whetherItMayStillBePrepared(@Nullable XidStatus status) {
        return status == XidStatus.IN_PROGRESS || status == XidStatus.IN_THE_FUTURE ? State.OPEN : State.CARRIED_OUT;
    }

    /**
     * Judges a branch in another incarnation. After a failover or a restore a lost xid is assigned again, to a
     * transaction that may then commit. So "committed" proves nothing; with any other status, a branch that was to be
     * committed is not.
     */
    private static State inAnotherIncarnation(Decision decision, @Nullable XidStatus status) {
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

    /** Builds one transaction: the list, the fate of each xid, and a write that waits for the standby. */
    private static String question(String identityQuery, List<Decision> decisions, NodeIdentity identity) {
        List<Long> xids = decisions.stream()
                .flatMap(d -> d.participants().stream())
                .filter(p -> p.identity().equals(identity))
                .map(Participant::xid)
                .toList();
        return """
                begin isolation level read committed read write;
                %s%s%sselect gid, transaction, database from pg_prepared_xacts where gid like 'pgxa/%%';
                %s%scommit\
                """.formatted(Durability.RAISE, identityQuery, RUNNING, XidStatus.question(xids), Durability.BARRIER);
    }
}
