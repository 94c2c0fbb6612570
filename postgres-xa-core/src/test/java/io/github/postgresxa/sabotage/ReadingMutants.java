package io.github.postgresxa.sabotage;

import java.util.List;

/**
 * Rules of reading and answering: what a server's text means, and what a transaction manager receives. Most of them
 * lie outside of the simulation.
 */
final class ReadingMutants {

    private static final String BRANCH = "branch/Branch";
    private static final String REPLIES = "branch/Replies";
    private static final String GID = "gid/Gid";
    private static final String WHOLE_TEXT =
            "return gid.text().equals(fromServer) ? Optional.of(gid) : Optional.empty();";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                            "tag-ignored",
                            "M7: PREPARE TRANSACTION without an error counts as prepared,"
                                    + " and no failed statement is remembered",
                            new Edit(
                                    "branch/BranchActivity",
                                    "return session.state() == TransactionState.FAILED\n",
                                    "return session.isGone()\n"),
                            new Edit(
                                    BRANCH,
                                    "Reply reply = lease.send(burst.text(literal, roster));\n        VerbResult answer",
                                    "Reply reply = lease.send(\"prepare transaction \" + literal);\n"
                                            + "        VerbResult answer"),
                            new Edit(
                                    BRANCH,
                                    "if (answer.done()) {",
                                    "if (answer.done() && !reply.results().isEmpty()) {"),
                            new Edit(
                                    REPLIES,
                                    "if (reply.endedWith(\"PREPARE TRANSACTION\")) {",
                                    "if (reply.error() == null && reply.standbyMissed() == null) {"))
                    .noticedBy("commit.CommitIT#aSwallowedErrorRollsBackEverywhereAndTheCallerIsTold"),
            new Mutant(
                            "two/missing-answer-is-empty",
                            "a query that the server has not answered counts as one without rows",
                            new Edit(
                                    "node/Reply",
                                    "        }\n        throw notAnswered(statement);\n    }\n\n    private SQL",
                                    "        }\n        return List.of();\n    }\n\n    private SQL"))
                    .noticedBy("node.BurstTests#aMissingAnswerIsNotAnEmptyOne"),
            new Mutant(
                            "no-such-is-done",
                            "M6: \"no such prepared transaction\" (42704) counts as done",
                            new Edit(
                                    REPLIES,
                                    "return reply.endedWith(tag) ?",
                                    "return reply.endedWith(tag) || reply.sqlState().equals(\"42704\") ?"))
                    .noticedBy("branch.RepliesTests#isNeverTakenAsDoneAfterAnError"),
            new Mutant(
                            "unreached-is-forgotten",
                            "a node that gave no connection leaves the transaction as it was",
                            new Edit(
                                    "datasource/NodeDataSource",
                                    "if (required) {",
                                    "if (required && e instanceof Error) {"))
                    .noticedBy("connection.UnreachableNodeIT#aSwallowedFailureRollsBackEverywhere"),
            new Mutant(
                            "read-only-after-prepare",
                            "M8: XA_RDONLY is answered after real branches were prepared",
                            new Edit("transaction/FacadeXaResource", "return XA_OK;", "return XA_RDONLY;"))
                    .noticedBy("commit.SubordinateIT#allCommit"),
            new Mutant(
                            "subordinate/early-vote",
                            "XA_OK is answered although a node refused to prepare",
                            new Edit(
                                    "transaction/SubordinateProtocol",
                                    "if (!answer.done()) {",
                                    "if (answer == VerbResult.LOST) {"))
                    .noticedBy("commit.SubordinateIT#noneCommitsIfANodeRefuses"),
            new Mutant(
                            "ended-on-any-thread",
                            "a transaction that is over lets work pass also on a thread that does not know of its end",
                            new Edit("transaction/JtaContext", " && ours.isCompletedHere()", ""))
                    .noticedBy("commit.ManagerVerbsIT#anEndedTransactionLetsWorkPassOnTheThreadThatWasToldOfItsEnd"),
            new Mutant(
                            "name-by-prefix",
                            "M10: a name that begins like ours is ours",
                            new Edit(GID, "!matcher.matches()", "!matcher.lookingAt()"),
                            new Edit(GID, WHOLE_TEXT, "return Optional.of(gid);"))
                    .noticedBy("gid.GidTests#isNotOursInAnyOtherForm"),
            new Mutant(
                            "lenient-name",
                            "M15: a name that only reads like ours is ours",
                            new Edit(GID, WHOLE_TEXT, "return Optional.of(gid);"))
                    .noticedBy("gid.GidTests#isNotOursInAnyOtherForm"),
            new Mutant(
                            "unknown-as-rmerr",
                            "M20: an unknown outcome is told as XAER_RMERR",
                            new Edit("transaction/XaAnswers", "XAException.XAER_RMFAIL", "XAException.XAER_RMERR"))
                    .noticedBy("transaction.XaAnswersTests"
                            + "#anUnknownOutcomeIsToldWithTheOneCodeThatNoManagerReadsAsRolledBack"),
            new Mutant(
                            "unknown-as-exception",
                            "M20: an unknown outcome is told by a RuntimeException",
                            new Edit(
                                    "transaction/FacadeXaResource",
                                    "throw answer;",
                                    "throw new IllegalStateException(answer);"))
                    .noticedBy("commit.ManagerVerbsIT#anUnknownOutcomeIsToldByItsCodeAndByNothingElse"));

    private ReadingMutants() {}
}
