package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of recovery: what it may conclude about a branch that it finds. */
final class RecoveryMutants {

    private static final String TURN = "recovery/HomeTurn";
    private static final String FENCING = "recovery/BranchFencing";
    private static final String HEURISTICS = "recovery/HeuristicDetector";
    private static final String BEFORE = "recovery.HandMadeEndBeforeDecisionIT";
    private static final String RULES = "recovery/RecoveryRules";
    private static final String LATE_FENCE =
            "recovery.LateFenceIT#leavesNoTraceOfADecisionThatWasCarriedOutAndForgotten";

    private static final String MARK = "return mark.covers(xid) ? Tells.NOTHING : Tells.UNDECIDED;";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "unfenced",
                    "no row after the grace is a proof of abort",
                    new Edit(RULES, ": Verdict.FENCE;", ": Verdict.ROLLBACK;")),
            new Mutant(
                    "wrong-home",
                    "a branch is looked up and fenced at the node that lists it",
                    new Edit(TURN, "NodeLink home = homes.find(homeIdentity);", "NodeLink home = monitor.link();"),
                    new Edit(
                            TURN,
                            "survey(home, homeIdentity, here, branches);",
                            "survey(home, java.util.Objects.requireNonNull(home.identity()), here, branches);"),
                    new Edit(
                            FENCING,
                            "gid.transaction(),\n                        gid.home(),",
                            "gid.transaction(), java.util.Objects.requireNonNull(home.identity()),"),
                    new Edit(
                            FENCING,
                            "byId.keySet(),\n                    identity,",
                            "byId.keySet(), java.util.Objects.requireNonNull(home.identity()),")),
            new Mutant(
                    "batch-fence",
                    "a fence carries an xid that is older than the home's",
                    new Edit("decision/DecisionSql", "'A', pg_current_xact_id(),", "'A', '3'::xid8,")),
            new Mutant(
                    "act-before-fence",
                    "ROLLBACK PREPARED is sent before the row A",
                    new Edit(
                            TURN,
                            "Map<TransactionId, Decision> together = fencing.together(home, identity, branches);",
                            """
                            for (PreparedBranch early : branches) {
                                try {
                                    carryOut(early, Verdict.ROLLBACK);
                                } catch (SQLException e) {
                                    doubts.unsettled(early, e);
                                }
                            }
                            Map<TransactionId, Decision> together = fencing.together(home, identity, branches);""")),
            new Mutant(
                            "unproved-fence",
                            "recovery's fence is not proved:"
                                    + " the row C may have been deleted since the branch was listed",
                            new Edit(
                                    FENCING,
                                    "isAbove(written.marks(), branch) && isListed(gid)",
                                    "isAbove(written.marks(), branch)"))
                    .noticedBy(LATE_FENCE),
            new Mutant(
                            "two/unproved-fences",
                            "the same, where several branches are fenced together",
                            new Edit(FENCING, "areUndecided(byId, written, marks)", "byId.size() > 1"))
                    .noticedBy(LATE_FENCE),
            new Mutant(
                            "place-for-any-home",
                            "an instance that knows only some of the homes takes a place from those that know more",
                            new Edit("recovery/Group", "if (!now.equals(identities)) {", "if (now.isEmpty()) {"))
                    .noticedBy("recovery.FleetIT#whoKnowsOnlySomeNodesTakesNoPlaceFromThoseThatKnowMore"),
            new Mutant(
                            "sweeper-needs-a-place",
                            "an instance that never takes a place leaves decisions to a janitor that is not there",
                            new Edit(
                                    "recovery/Lookout",
                                    "return !visitor && sweeps++ % pace == 0;",
                                    "return !visitor && holds != null && sweeps++ % pace == 0;"))
                    .noticedBy("recovery.JanitorIT#cleansUpAlsoWhereSomethingIsAlwaysLeftToRecovery"),
            new Mutant(
                            "visitor-leaves",
                            "a visitor leaves although the grace of what it sees for the first time is soon over",
                            new Edit(
                                    "recovery/Lookout",
                                    "if (!visitor || stays <= ticksOfGrace()) {",
                                    "if (!visitor) {"))
                    .noticedBy("recovery.StuckHoldersIT#aVisitorStaysUntilItMayFinishWhatItSeesForTheFirstTime"),
            new Mutant(
                            "mate-unseen",
                            "what a server lists in a database that gave its session back does not wake its scans",
                            new Edit(
                                    "recovery/ServerMates",
                                    "if (mate.listsAnything(list)) {",
                                    "if (list.started() < 0) {"))
                    .noticedBy("recovery.ServerMatesIT#oneSessionWatchesThemAndEachBranchIsFinishedInTime"),
            new Mutant(
                            "copy-is-a-mate",
                            "a copy of a server is taken for it",
                            new Edit(
                                    "recovery/ServerMates",
                                    "new ServerStart(link.incarnation(), number(row, 2))",
                                    "new ServerStart(link.incarnation(), 0)"),
                            new Edit(
                                    "recovery/ServerMates",
                                    "new ServerStart(first.incarnation(), list.started())",
                                    "new ServerStart(first.incarnation(), 0)"),
                            new Edit("recovery/ServerMates", "-> sees(wire, other) ?", "-> other.process() > 0 ?"))
                    .noticedBy("recovery.ServerMatesIT#aCopyOfTheServerIsAnotherServer"),
            new Mutant(
                    "returned-is-undecided",
                    "recovery does not look at the participant's mark",
                    new Edit("decision/ParticipantMarks", MARK, "return Tells.UNDECIDED;")),
            new Mutant(
                            "two/no-answer-is-no-mark",
                            "a home that did not tell a participant's mark counts as one that never raised it",
                            new Edit(
                                    "decision/ParticipantMarks",
                                    "did not say.\n            return Tells.NOTHING;",
                                    "did not say.\n            return Tells.UNDECIDED;"))
                    .noticedBy("decision.ParticipantMarksTests#aMarkThatTheHomeDidNotTellProvesNothing"),
            new Mutant(
                            "mark-before-key",
                            "the mark is read with the rows, and not again while the row A holds the key",
                            new Edit(FENCING, "isAbove(written.marks(), branch) && isListed(gid)", "isListed(gid)"))
                    .noticedBy("failover.RestoreIT#isNoticedAlsoWhileAFenceIsOnItsWay"),
            new Mutant(
                    "busy-is-abort",
                    "a home that is committing right now counts as one without a row",
                    new Edit(
                            "decision/Fences",
                            "\n            LogReply answer = LogReply.of(burst, reply, home);\n            List",
                            """

                            if (reply.sqlState().equals("55P03")) {
                                return Optional.of(new Fence(new Decision(id, Decision.Kind.ABORT, List.of()), \
                            HighWaterMark.NEVER_RAISED, ParticipantMarks.read(asked.stream()
                                        .map(i -> java.util.Arrays.<String>asList(i.text(), null, null)).toList())));
                            }
                            LogReply answer = LogReply.of(burst, reply, home);
                            List""")),
            new Mutant(
                    "no-barrier",
                    "C is obeyed before the standby has it",
                    new Edit("decision/LookupSql", ".then(Durability.BARRIER + \"commit\")", ".then(\"commit\")")),
            new Mutant(
                            "barrier-first",
                            "the write that waits for the standby comes before C is read",
                            new Edit(
                                    TURN,
                                    "DecisionLog.Survey found = home.use(",
                                    "home.use(c -> decisions.confirm(c, identity, ids));"
                                            + " DecisionLog.Survey found = home.use("),
                            new Edit(TURN, "return unsafe", "return unsafe && ids.isEmpty()"))
                    .noticedBy("recovery.BarrierIT#atWhicheverMomentItAppearsRecoveryWaitsForTheStandby"),
            new Mutant(
                    "lost-barrier-is-done",
                    "C is obeyed although the barrier was not answered",
                    new Edit(TURN, "return unsafe", """
                            if (unsafe) {
                                try {
                                    return found.confirmed(home.use(c -> decisions.confirm(c, identity, ids)));
                                } catch (SQLException e) {
                                    return found;
                                }
                            }
                            return unsafe""")),
            new Mutant(
                            "subordinate/abort-without-barrier",
                            "a row A is obeyed before the standby has it, where a transaction manager decides",
                            new Edit(TURN, "row.isCommit() || gid.manager() != null", "row.isCommit()"))
                    .noticedBy("recovery.BarrierIT"
                            + "#aRollbackThatAFailoverLosesIsNotObeyedWhereATransactionManagerDecides"),
            new Mutant(
                            "subordinate/order-names-some",
                            "an operator's order in the place of a transaction manager is carried out"
                                    + " while sessions are open that may prepare a further branch",
                            new Edit("operations/CompletenessRules", "if (!open.isNone()) {", "if (against == null) {"))
                    .noticedBy("operations.LivingManagerIT#inBulkIsRefusedAsWell"),
            new Mutant(
                            "order-is-overlooked",
                            "a coordinator that lost a reply rolls back although an operator's row C came first",
                            new Edit(
                                    "transaction/SubordinateProtocol",
                                    "if (standing.kind() == Decision.Kind.ABORT) {",
                                    "if (standing != null) {"))
                    .noticedBy("operations.LivingManagerIT#isObeyedByACoordinatorThatHasLostAReply"),
            new Mutant(
                    "subordinate/rollback-unasked",
                    "a coordinator that lost a reply rolls back, and says so, although its home does not answer",
                    new Edit(
                            "transaction/SubordinateProtocol",
                            "LOG.warn(LogMessages.LEFT_PREPARED, transaction.id(), XaAnswers.text(e));",
                            "if (e != null) return Prepared.over(votes,"
                                    + " protocol.rollback(transaction, votes, missing.problem()));")),
            new Mutant(
                            "subordinate/abort-unproved",
                            "a row A counts, although an operator's row C may have been carried out and deleted",
                            new Edit(
                                    "transaction/SubordinateDecisions",
                                    "written -> written.provesThatNoCommitWasOrdered(participants)",
                                    "written -> true"))
                    .noticedBy("operations.OrderBehindHomeIT#toCommitThatIsForgottenIsNotReportedAsARollback"),
            new Mutant(
                            "order-by-the-mark-of-any",
                            "a row A counts because of the mark of a branch that an operator's deleted row C did not"
                                    + " name",
                            new Edit(
                                    "transaction/SubordinateDecisions",
                                    "written.provesThatNoCommitWasOrdered(participants)",
                                    "written.provesRollback(null, participants)"))
                    .noticedBy("operations.OrderBehindHomeIT"
                            + "#toCommitThatMissesABranchAndIsForgottenIsNotReportedAsARollback"),
            new Mutant(
                            "order-in-part-is-forgotten",
                            "a transaction counts as committed because an operator's row C is deleted that did not name"
                                    + " a branch",
                            new Edit(
                                    "transaction/SubordinateProtocol",
                                    "decision = prepared.order();",
                                    "decision = null;"))
                    .noticedBy("operations.OrderBehindHomeIT"
                            + "#toCommitThatMissesABranchAndIsForgottenIsNotReportedAsACommit"),
            new Mutant(
                            "rollback-by-hand-is-a-commit",
                            "a manager's commit counts, although a branch was rolled back by hand",
                            new Edit("transaction/SubordinateProtocol", " || b.endedAs() == Outcome.ROLLED_BACK", ""))
                    .noticedBy(
                            "commit.SubordinateIT" + "#aBranchThatSomebodyHasRolledBackByHandIsNotReportedAsCommitted"),
            new Mutant(
                            "subordinate/commit-unproved",
                            "a manager's row C is written, although an operator's rollback was carried out and deleted",
                            new Edit(
                                    "decision/DecisionSql",
                                    "select 1 / (select count(*) from pg_prepared_xacts where gid = '",
                                    "select count(*) from pg_prepared_xacts where (gid <> '"))
                    .noticedBy("operations.OrderBehindHomeIT#toRollBackThatIsForgottenIsNotReportedAsACommit"),
            new Mutant(
                            "replay-unproved",
                            "the row C of a manager's recovery is not proved: an operator's rollback may be carried out"
                                    + " and deleted since its branches were listed",
                            new Edit("recovery/SubordinateRecovery", "() -> areStillPrepared(branches)", "() -> true"))
                    .noticedBy("operations.OrderBehindHomeIT"
                            + "#toRollBackThatIsForgottenIsNotContradictedByTheManagersRecovery"),
            new Mutant(
                            "unlisted-home-is-an-end",
                            "a manager's commit is refused because its home was committed by hand",
                            new Edit(
                                    "transaction/SubordinateDecisions",
                                    "() -> isAnyPrepared(votes.writers())",
                                    "() -> false"))
                    .noticedBy("commit.SubordinateIT"
                            + "#whatIsStillPreparedObeysTheManagerAlthoughTheHomeWasCommittedByHand"),
            new Mutant(
                            "commit-by-hand-has-no-row",
                            "a manager's commit of what somebody has committed by hand is not recorded, and a failover"
                                    + " that loses a branch's commit makes it partial",
                            new Edit("transaction/SubordinateDecisions", " || areCommitted(votes.writers())", ""))
                    .noticedBy("failover.CommittedByHandIT#aCommitThatAFailoverLosesIsRepeatedFromTheManagersDecision"),
            new Mutant(
                            "rollback-by-the-managers-word",
                            "a manager's rollback is reported, although its nodes have not answered or are committed",
                            new Edit("transaction/ReasoningManager", "reason.refuseIfNotKnown(e);", ""))
                    .noticedBy("operations.OrderBehindHomeIT"
                            + "#toCommitThatMissesABranchAndIsForgottenIsNotReportedAsARollback"),
            new Mutant(
                            "order-waits-for-a-standby",
                            "an order to roll back waits for the standby where no transaction manager decides",
                            new Edit(
                                    "operations/Settler",
                                    "kind == Decision.Kind.COMMIT || found.managerDecides()",
                                    "kind != null"))
                    .noticedBy("recovery.BarrierIT"
                            + "#anOrderToRollBackWhatNoTransactionManagerDecidesWaitsForNoStandby"),
            new Mutant(
                            "order-in-part-is-a-commit",
                            "a transaction counts as committed although an operator's row C does not name a branch"
                                    + " that was never prepared",
                            new Edit("transaction/SubordinateProtocol", "!decision.names(b.identity())", "b == null"))
                    .noticedBy("operations.LivingManagerIT#thatMissesABranchIsNotReportedAsACommit"),
            new Mutant(
                            "xid-of-another-server",
                            "how one branch ended is taken for another one that has the same xid on another server",
                            new Edit(HEURISTICS, "v.incarnation().equals(now)", "!now.isEmpty()"))
                    .noticedBy("recovery.HeuristicDetectorIT#anXidOfAnotherIncarnationIsNotTakenForOneOfThisOne"),
            new Mutant(
                            "late-look",
                            "a branch that vanished is judged by the home's mark alone,"
                                    + " which does not move when a row below it goes",
                            new Edit(
                                    HEURISTICS,
                                    "case NOTHING -> false;",
                                    "case NOTHING -> vanished.nothingForgotten(mark);"))
                    .noticedBy("recovery.HandMadeEndIT$WithoutACoordinator"
                            + "#whatWasDecidedBelowTheMarkAndForgottenSinceIsSilent"),
            new Mutant(
                            "unasked-home-proves-nothing",
                            "a branch that vanished is judged by the home's mark alone:"
                                    + " while the home is down nobody reads it",
                            new Edit(
                                    HEURISTICS,
                                    "case UNDECIDED -> true;",
                                    "case UNDECIDED -> vanished.nothingForgotten(mark);"))
                    .noticedBy(BEFORE + "$WhileTheHomeIsDown#aCommitOfWhatWasNeverDecidedIsAnAlarmOnceTheHomeIsBack"),
            new Mutant(
                            "unknown-home-is-foreign",
                            "a home that has not answered yet is taken for one that is not configured",
                            new Edit(HEURISTICS, "return homes.allIdentified() && ", "return "))
                    .noticedBy(BEFORE + "$WhileTheHomeIsDown#aProcessThatStartsDuringTheOutageRaisesTheAlarm"),
            new Mutant(
                            "subordinate/undecided-is-settled",
                            "a branch that vanished before the transaction manager decided is not looked after again",
                            new Edit(HEURISTICS, "return !managerMayDecide;", "return true;"))
                    .noticedBy(BEFORE + "$BeforeTheManagerDecides#aRollbackIsAnAlarmOnceTheManagerCommits"),
            new Mutant(
                            "subordinate/unknown-incarnation",
                            "the row of a transaction manager's recovery does not say within"
                                    + " which incarnation its xids mean something",
                            new Edit(
                                    "recovery/SubordinateRecovery",
                                    "f.branch().xid(), f.incarnation())",
                                    "f.branch().xid(), Participant.UNKNOWN_INCARNATION)"))
                    .noticedBy(BEFORE
                            + "$BeforeTheManagerDecides"
                            + "#anEndAgainstADecisionOfTheManagersRecoveryIsAnAlarmAlsoIfNoProcessHasSeenIt"),
            new Mutant(
                            "silent-home-hides-others",
                            "after a failover, a home that does not answer ends the questions to all homes",
                            new Edit(
                                    "recovery/FailoverCheck",
                                    "e);\n            return List.of();",
                                    "e);\n            throw new IllegalStateException(e);"),
                            new Edit("recovery/Homes", "Stream.of(true, false)", "Stream.of(false, true)"))
                    .noticedBy("failover.FailoverIT$ToAnAsynchronousStandby"
                            + "#branchesThatAreLostAreReportedAlsoWhileAThirdNodeIsDown"),
            new Mutant(
                            "single-writer-is-lost",
                            "after a failover of a home, a single writer's decision without a row counts as lost"
                                    + " although it may have been deleted",
                            new Edit(
                                    "recovery/FailoverCheck",
                                    "if (branches.isEmpty()) {",
                                    "if (branches.isEmpty() && mark != null) { return false; }"
                                            + " if (branches.isEmpty()) {"))
                    .noticedBy("failover.FailoverIT$ToASynchronousStandby"
                            + "#ofTheHomeASingleWritersDecisionThatWasForgottenIsNotLost"),
            new Mutant(
                            "busy-is-silent",
                            "a branch with which another session is busy is never in doubt, however long that takes",
                            new Edit(TURN, "doubts.reportIfSlow(branch, BUSY);", ""))
                    .noticedBy("recovery.BusyBranchIT#isInDoubtWhereThatTakesLong"),
            new Mutant(
                            "mark-of-the-oldest",
                            "the mark is read of the node that the oldest branch names, not of the one that lists it",
                            new Edit(
                                    TURN,
                                    "survey(home, homeIdentity, here, branches);",
                                    "survey(home, homeIdentity, branches.get(0).gid().branch(), branches);"))
                    .noticedBy("failover.RestoreIT#isNotSuspectedBesideABranchThatBelongsToAnotherDatabase"),
            new Mutant(
                            "deleted-is-lost",
                            "after a failover of a home, a decision without a row counts as lost"
                                    + " although it may have been deleted",
                            new Edit(
                                    "recovery/FailoverCheck", "? !mayBeForgotten(entry, marks, read.mark())", "? true"))
                    .noticedBy("failover.FailoverIT$ToASynchronousStandby"
                            + "#ofTheHomeADecisionThatWasCarriedOutAndForgottenIsNotLost"),
            new Mutant(
                            "lost-row-contradicts",
                            "a branch is compared with a decision that was read before, and"
                                    + " that a failover may have taken back",
                            new Edit(
                                    "recovery/Janitor",
                                    "alarm.raise(keeper, home, link, contradicted);",
                                    "contradicted.forEach((id, actual) -> alarm.listener.heuristic(id,"
                                            + " link.node().name(), actual == Outcome.COMMITTED"
                                            + " ? Outcome.ROLLED_BACK : Outcome.COMMITTED, actual));"),
                            new Edit(
                                    "recovery/HeuristicAlarm",
                                    "private final XaListener listener;",
                                    "final XaListener listener;"))
                    .noticedBy("recovery.JanitorIT#aDecisionThatIsLostWhileItIsVerifiedIsNotContradicted"),
            new Mutant(
                    "status-fence",
                    "a question for the outcome writes the fence",
                    new Edit(
                            "recovery/OutcomeLookup",
                            "if (!link.use(c -> decisions.read(c, identity, ids)).rows().isEmpty()) {",
                            """
                            link.use(c -> decisions.fences().write(c, id, identity, List.of(), List.of(), \
                            written -> true));
                            if (ids.isEmpty()) {""")),
            new Mutant(
                            "two/claim-lost",
                            "a claim stays taken when its task could not be handed over",
                            new Edit("node/Dispatch", "run(executor, whole, end);", "run(executor, whole, () -> {});"))
                    .noticedBy("LostHandOverIT#theRegularPassesGoOnWhateverTheyMet"),
            new Mutant(
                            "two/unreadable-is-none",
                            "a row that cannot be read counts as none",
                            new Edit(
                                    "decision/LogReply",
                                    "decisions.add(DecisionRow.of(row));",
                                    "java.util.stream.Stream.of(DecisionRow.of(row))"
                                            + ".filter(DecisionRow::isReadable).forEach(decisions::add);"))
                    .noticedBy("recovery.MalformedRowIT#oneThatCannotBeReadIsInDoubtAndItsNeighboursAreSettled"),
            new Mutant(
                            "two/interrupted-enquiry",
                            "an interrupt ends the login with which a home is asked after a lost reply",
                            new Edit(
                                    "node/DriverConnector", "if (!Thread.interrupted()) {", "if (CONNECT_LIMIT > 0) {"))
                    .noticedBy("commit.InterruptIT#afterALostReplyTheHomeIsAskedHoweverOftenTheThreadIsInterrupted"),
            new Mutant(
                    "two/any-row",
                    "the row of any transaction is obeyed",
                    new Edit(
                            TURN,
                            "survey.rows().get(branch.gid().transaction())",
                            "survey.rows().values().stream().findFirst().orElse(null)")),
            new Mutant(
                            "subordinate/recovery-fences",
                            "a branch whose transaction manager has not decided is fenced",
                            new Edit(
                                    RULES,
                                    "if (gid.manager() != null) {",
                                    "if (gid.manager() != null && gid.fits() && grace.isNegative()) {"))
                    .noticedBy(
                            "commit.SubordinateIT#abandonedBranchesAreNotFencedByOurRecoveryBecauseTheManagerDecides"),
            new Mutant(
                    "subordinate/partial-list",
                    "a scan for the manager passes for complete although a node did not answer",
                    new Edit("recovery/SubordinateListing", "complete = false;", "complete &= true;")),
            new Mutant(
                    "subordinate/nodes-unnamed",
                    "a manager's decision is written where only some nodes of the transaction are known",
                    new Edit("recovery/SubordinateListing", "if (missing.isEmpty()) {", "if (missing.size() < 99) {")),
            new Mutant(
                            "subordinate/log-names-no-node",
                            "the manager's log forgets a decision, although a node of its transaction is not known",
                            new Edit(
                                    "manager/atomikos/LogOnDemand",
                                    "return unknown.isEmpty();",
                                    "return unknown.size() < 99;"))
                    .noticedBy("manager.atomikos.LogOnDemandTests#noDecisionIsForgottenWhileANodeIsNotKnown"),
            new Mutant(
                            "decision-lost-with-its-file",
                            "a decision that the manager's log could not write counts as written",
                            new Edit(
                                    "manager/atomikos/LogOnDemand",
                                    "if (found != null && found.state == TxState.COMMITTING) {",
                                    "if (found == null || found.state == TxState.COMMITTING) {"))
                    .noticedBy("manager.atomikos.LogOnDemandTests#aDecisionIsKeptAlsoIfTheFirstWriteFails"),
            new Mutant(
                            "error-of-another-resource",
                            "an Error out of another resource leaves its manager in the middle of a commit",
                            new Edit(
                                    "manager/GuardedResource",
                                    "} catch (RuntimeException | Error e) {",
                                    "} catch (RuntimeException e) {"))
                    .noticedBy("manager.GuardedResourceTests#anErrorSaysNothingOfTheBranch"),
            new Mutant(
                            "rolled-back-is-asked-again",
                            "a resource that has said that it is rolled back is asked to commit again",
                            new Edit(
                                    "manager/atomikos/GuardedParticipant",
                                    "if (!onePhase && saysRolledBack(e)) {",
                                    "if (onePhase && saysRolledBack(e)) {"))
                    .noticedBy("manager.atomikos.GuardedParticipantTests#whatSaysThatItIsRolledBackIsNotAskedAgain"),
            new Mutant(
                            "stop-at-first-failing-node",
                            "M11: a node that does not answer ends the pass over all",
                            new Edit(
                                    "recovery/Recovery",
                                    ".map(w -> runner.submit(w, steps.pass(w, Duration.ZERO, counts), true))",
                                    """
                                    .takeWhile(w -> {
                                        try {
                                            w.scan();
                                            return true;
                                        } catch (java.sql.SQLException e) {
                                            return false;
                                        }
                                    }).map(w -> runner.submit(w, steps.pass(w, Duration.ZERO, counts), true))"""))
                    .noticedBy("recovery.RecoveryIT#aBranchWhoseHomeIsDownWaitsAndOthersDoNot"),
            new Mutant(
                            "dead-is-permanent",
                            "M12: a node that shut down (57P01) is never tried again",
                            new Edit(
                                    "recovery/NodeLink",
                                    "if (failure != null && clock.nanos() - failedAt < PAUSE.toNanos()) {",
                                    "if (failure != null) {"))
                    .noticedBy("recovery.RecoveryIT#aBranchWhoseHomeIsDownWaitsAndOthersDoNot"));

    private RecoveryMutants() {}
}
