package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of the sessions: which caller the pool gives one to, and how. */
final class SessionMutants {

    static final List<Mutant> ALL = List.of(
            new Mutant(
                            "broken-driver-is-believed",
                            "after an Error the driver's word of its session counts",
                            new Edit("node/DriverGuard", "if (!inStep) {", "if (!inStep && node == null) {"),
                            new Edit(
                                    "node/DriverGuard",
                                    "                fault = problem;",
                                    "                fault = node == null ? problem : null;"))
                    .noticedBy("connection.BrokenDriverIT#workThatWasNotCommittedIsInNobodyElsesTransaction"),
            new Mutant(
                            "handed-out-is-believed",
                            "a session whose driver's object was handed out comes back without a question",
                            new Edit(
                                    "node/Session",
                                    "if (!wire.isHandedOut() || isGone()) {",
                                    "if (wire.isHandedOut() || isGone()) {"))
                    .noticedBy("commit.LastMomentIT#aCopyThatIsLeftOpenHoldsNobodyUp"),
            new Mutant(
                            "odd-answer-is-refusal",
                            "an answer to PREPARE that fits nothing counts as a refusal",
                            new Edit(
                                    "branch/Replies",
                                    "reply.error() != null || reply.endedWith(\"ROLLBACK\")",
                                    "!reply.endedWith(\"PREPARE TRANSACTION\")"))
                    .noticedBy("branch.RepliesTests#isUnknownIfTheAnswerFitsNothing"),
            new Mutant(
                            "refused-rollback-commits",
                            "who swallows the refusal of a rollback() finds the work committed",
                            new Edit("branch/BranchActivity", "refusedRollback = refusal;", "noteFailure(refusal);"))
                    .noticedBy("commit.SwallowedFailureIT#aRefusedRollbackRollsBackEverywhere"),
            new Mutant(
                            "refused-text-commits",
                            "who swallows the refusal of a ROLLBACK as text finds the work committed",
                            new Edit("datasource/TransactionControl", "found.equals(\"ROLLBACK\") ||", ""))
                    .noticedBy("commit.SwallowedRefusalIT#aRollbackAsTextRollsBackEverywhere"),
            new Mutant(
                            "lost-savepoint-commits",
                            "what a failed rollback to a savepoint was to undo is committed",
                            new Edit(
                                    "datasource/ConnectionHandle",
                                    "executing(method, args, true)",
                                    "onServer(method, args)"))
                    .noticedBy("commit.SwallowedRefusalIT#whatTheDriverRefusesAloneRollsBackEverywhere"),
            new Mutant(
                            "row-is-not-work",
                            "a row that could not be written is missing in what is committed",
                            new Edit(
                                    "datasource/ResultSetHandle",
                                    "write(name) ? executing",
                                    "name.isEmpty() ? executing"))
                    .noticedBy("commit.SwallowedRefusalIT#whatTheDriverRefusesAloneRollsBackEverywhere"),
            new Mutant(
                            "setter-passes-branch",
                            "a large object as a parameter begins the branch without its isolation level",
                            new Edit(
                                    "datasource/DriverOnly",
                                    "\"setBinaryStream\",",
                                    "\"setBinaryStream\", \"setBlob\", \"setClob\","))
                    .noticedBy("connection.HeldObjectsIT#serializableForbidsAWriteSkew"),
            new Mutant(
                            "unwrapped-passes-branch",
                            "the driver's own object begins the branch without its isolation level",
                            new Edit(
                                    "datasource/Handle",
                                    "begin(); // Work on",
                                    "branch.session().lock().lock(); // Work on"))
                    .noticedBy("connection.HeldObjectsIT#theFirstWorkOnABranchHasTheLevelThatWasAskedFor"),
            new Mutant(
                            "settings-stay",
                            "the schema that an application set stays on the connection",
                            new Edit(
                                    "node/SessionSettings",
                                    "!everything && schema",
                                    "!everything && schema && isolation"))
                    .noticedBy("connection.ReturnedConnectionIT#outsideOfATransactionIsPutBack"),
            new Mutant(
                            "kept-object-works-on",
                            "what an application has kept of a connection works on in the next use of its session",
                            new Edit("node/PhysicalConnection", "use.incrementAndGet();", "use.get();"))
                    .noticedBy("connection.KeptObjectsIT#ofAUseOutsideOfATransactionIsRefusedBesideTheNextOne"),
            new Mutant(
                            "drivers-own-is-reused",
                            "a connection whose driver's own object may have been kept goes to the next user",
                            new Edit(
                                    "node/PhysicalConnection",
                                    "return guard.isIdle() && !handedOut;",
                                    "return guard.isIdle();"))
                    .noticedBy("connection.KeptObjectsIT#isRefusedWhileTheConnectionIsInThePool"),
            new Mutant(
                            "tls-is-closed-from-above",
                            "a connection that has to end at once waits for whoever writes to its TLS socket",
                            new Edit("node/DriverGuard", "        sockets.close();\n", ""))
                    .noticedBy("connection.BlockedWriteIT#isEndedByTheTransactionsTimeout"),
            new Mutant(
                            "verb-waits-for-ever",
                            "a verb that is not answered has no limit",
                            new Edit("node/AnswerLimit", "limit.close(end);", "quiet = false;"))
                    .noticedBy("node.AnswerLimitIT#aVerbThatIsNotAnsweredIsLostAndItsConnectionIsClosed"),
            new Mutant(
                            "net-before-deadline",
                            "the manager's own timeout comes before the one that was asked for",
                            new Edit("manager/PunctualManager", ".plusSeconds(MARGIN + 1L).minusNanos(1)", ""))
                    .noticedBy("manager.PunctualManagerTests#neverComesFirst"),
            new Mutant(
                            "commit-after-the-time",
                            "a transaction whose time is over commits if the timer is late",
                            new Edit("transaction/FacadeXaResource", "time != null && time.isOver()", "false"))
                    .noticedBy("LateTimerIT#aCommitAfterTheTimeIsARollback"));

    private SessionMutants() {}
}
