package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of forgetting: when a row of the decision log may go. */
final class ForgettingMutants {

    private static final String SQL = "decision/RetentionSql";
    private static final String CHECK = "recovery/ParticipantCheck";
    private static final String JANITOR = "recovery/Janitor";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "abort-row-early",
                    "an A row is deleted while the home's transaction may run",
                    new Edit(
                            SQL, "\"d.\" + XID + \" < (select pg_snapshot_xmin(pg_current_snapshot()))\"", "\"true\"")),
            new Mutant(
                    "two/xmax",
                    "an A row is deleted when a younger transaction has ended",
                    new Edit(SQL, "< (select pg_snapshot_xmin(", "< (select pg_snapshot_xmax(")),
            new Mutant(
                    "commit-row-by-age",
                    "a C row is deleted without asking its participants",
                    new Edit(JANITOR, ".filter(id -> !open.contains(id))", "")),
            new Mutant(
                    "two/asked-for-another",
                    "one decision that is carried out counts for the others of the page",
                    new Edit(JANITOR, "id -> !open.contains(id)", "id -> open.size() < expired.size()")),
            new Mutant(
                    "ask-elsewhere",
                    "whoever answers at the participant's address is believed",
                    new Edit(CHECK, "!identity.equals(link.identity())", "link.identity() == null"),
                    new Edit(CHECK, "identity.text().equals(row.get(0))", "row.size() == 1"),
                    new Edit(
                            CHECK,
                            "if (!participant.incarnation().equals(incarnation)"
                                    + " || !history.vouchesFor(participant.xid())) {",
                            "if (incarnation.isEmpty()) {")),
            new Mutant(
                    "no-such-is-success",
                    "a branch that is not listed any more counts as committed",
                    new Edit(CHECK, ": judge(decision, participant,", ": judge(decision, participant, true,"),
                    new Edit(CHECK, "private static State judge(", """
                            private static State judge(
                                    Decision decision, Participant participant, boolean gone, \
                            String incarnation, LogHistory history, @Nullable XidStatus status) {
                                return gone ? State.CARRIED_OUT : \
                            judge(decision, participant, incarnation, history, status);
                            }

                            private static State judge(""")),
            new Mutant(
                    "ask-without-barrier",
                    "a participant is asked, and its standby may not have the commit yet",
                    new Edit(CHECK, ".then(Durability.BARRIER + \"commit\")", ".then(\"commit\")")),
            new Mutant(
                    "lost-check-is-done",
                    "a participant's answer counts, although the write behind it was not answered",
                    new Edit(
                            CHECK,
                            "if (!reply.endedWith(\"COMMIT\")) {",
                            "if (!reply.endedWith(\"COMMIT\") && reply.tags().size() < 6) {")),
            new Mutant(
                    "two/mark-passes",
                    "a C row goes while a branch with a lower xid there may be undecided",
                    new Edit(CHECK, "&& !oldest.isAbove(participant.xid());", "&& oldest.value() < 0;")),
            new Mutant(
                            "endless-lets-go",
                            "where one transaction has run for very long, none holds a decision any more",
                            new Edit(
                                    JANITOR,
                                    "now - seen.getValue() < longest.toNanos()",
                                    "since.values().stream().allMatch(s -> now - s < longest.toNanos())"))
                    .noticedBy("failover.RestoreIT#isNotSuspectedWhereAnotherTransactionHasRunForVeryLong"),
            new Mutant(
                            "xid-across-failover",
                            "M18: pg_xact_status is believed, whatever incarnation of the server answers",
                            new Edit(
                                    CHECK,
                                    "if (!participant.incarnation().equals(incarnation)"
                                            + " || !history.vouchesFor(participant.xid())) {",
                                    "if (incarnation.isEmpty()) {"))
                    .noticedBy("failover.FailoverIT#aDecisionIsKeptWhereAnotherTransactionHasTheXidOfALostBranch"),
            new Mutant(
                            "back-in-time-unseen",
                            "a node whose flushed log ends before a place that was seen is trusted",
                            new Edit(
                                    "recovery/LogHistory",
                                    "if (position.flushed() < its.flushed) {",
                                    "if (position.flushed() < 0) {"))
                    .noticedBy("failover.RestoreIT#isAnAlarmForEachCommittedTransactionThatIsLost"),
            new Mutant(
                            "janitor-first",
                            "a connection is used before it is known whether the server has an older disk",
                            new Edit("recovery/NodeLink", "rememberPosition(open, found);", ""))
                    .noticedBy("recovery.ReusedXidIT#ofALostBranchIsNotTakenForTheBranchByAJanitorThatIsTheFirstToAsk"),
            new Mutant(
                            "last-look-knows-all",
                            "of a server with an older disk only xids that were seen are in doubt, not those"
                                    + " that it has assigned since",
                            new Edit(
                                    "recovery/LogHistory",
                                    "Xid8.max(its.doubtfulBelow, Xid8.max(its.nextXid, position.nextXid()));",
                                    "Xid8.max(its.doubtfulBelow, its.nextXid);"))
                    .noticedBy("recovery.LogHistoryTests#doubtsThoseThatWereAssignedAgainBeforeThatWasNoticed"),
            new Mutant(
                            "incarnation-forgotten",
                            "what is known of an incarnation's log is forgotten when another one is seen",
                            new Edit(
                                    "recovery/LogHistory",
                                    "Seen its = seen.computeIfAbsent(now, i -> new Seen());",
                                    "seen.keySet().retainAll(java.util.Set.of(now));"
                                            + " Seen its = seen.computeIfAbsent(now, i -> new Seen());"))
                    .noticedBy("recovery.LogHistoryTests#remembersWhatItDoubtsWhenAnIncarnationComesBack"),
            new Mutant(
                    "subordinate/vote-is-flushed",
                    "the xid that only a vote has told names the branch for ever",
                    new Edit(
                            "transaction/Votes",
                            "answers.get(i).done() ? participant : participant.unconfirmed()",
                            "participant")),
            new Mutant(
                            "subordinate/late-prepare",
                            "a branch whose PREPARE was not answered is done as soon as it is not listed",
                            new Edit(
                                    CHECK,
                                    "return status == XidStatus.IN_PROGRESS"
                                            + " || status == XidStatus.IN_THE_FUTURE ? State.OPEN : State.CARRIED_OUT;",
                                    "return State.CARRIED_OUT;"))
                    .noticedBy("recovery.ReusedXidIT#ofAVoteWhosePrepareMayStillComeKeepsTheRow"),
            new Mutant(
                            "two/mark-goes-back",
                            "the mark is set to the last deleted row, also where that is lower",
                            new Edit(
                                    SQL,
                                    "RAISES = \" where n.\" + MARK + \" is null or n.\" + MARK + \" < h.\" + XID;",
                                    "RAISES = \"\";"))
                    .noticedBy("recovery.JanitorIT#theMarkIsTheHighestXidThatWasEverDeleted"),
            new Mutant(
                            "two/lowest-mark",
                            "of several rows deleted at once, the lowest raises the mark",
                            new Edit(SQL, "desc limit 1", "limit 1"))
                    .noticedBy("recovery.JanitorIT#theMarkIsTheHighestXidThatWasEverDeleted"),
            new Mutant(
                            "page-ends-at-a-moment",
                            "rows of the same moment as the last one of a page are passed over",
                            new Edit(
                                    SQL,
                                    "\" and (\" + ORDER + \") > \" + after",
                                    "\" and \" + DECISION + \".\" + DECIDED_AT + \" > (\" + after"
                                            + ".replaceFirst(\", '[0-9a-f-]*'::uuid\", \"\") + \")\""))
                    .noticedBy("recovery.JanitorIT#aRowOfTheSameMomentAsTheLastOfAPageIsNotPassedOver"),
            new Mutant(
                            "dated-at-begin",
                            "the retention counts from the begin of the transaction",
                            new Edit(
                                    "decision/DecisionSql",
                                    "NOW = \"pg_catalog.clock_timestamp()\"",
                                    "NOW = \"pg_catalog.now()\""))
                    .noticedBy("recovery.JanitorIT#theRetentionCountsFromTheDecision"));

    private ForgettingMutants() {}
}
