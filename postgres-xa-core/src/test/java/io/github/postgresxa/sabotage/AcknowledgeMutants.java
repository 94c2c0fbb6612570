package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of a commit that is acknowledged when it is decided. */
final class AcknowledgeMutants {

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "forget-the-wait",
                    "a statement does not wait for what its process has acknowledged",
                    new Edit("branch/StatementGate", "session.node().readYourWrites().await(this::isFenced);", "")),
            new Mutant(
                            "two/forget-the-wait-outside",
                            "a statement outside of transactions does not wait for what its process has acknowledged",
                            new Edit(
                                    "datasource/BranchEnlistment",
                                    "pool().node().readYourWrites().await(() -> false);",
                                    ""))
                    .noticedBy("commit.ReadYourWritesIT#aStatementOnAConnectionThatWasOpenBeforeWaitsToo"),
            new Mutant(
                            "two/old-list-ends-the-wait",
                            "a list of what is prepared that was read before the acknowledgement ends the wait",
                            new Edit("node/ReadYourWrites", "one.since - asked < 0 && ", ""))
                    .noticedBy("node.ReadYourWritesTests"
                            + "#aListThatLacksTheBranchEndsTheWaitUnlessItIsOlderThanTheAcknowledgement"),
            new Mutant(
                            "two/endless-wait",
                            "a statement waits for an acknowledged commit as long as it is not finished",
                            new Edit("node/ReadYourWrites", "if (left <= 0) {", "if (left <= 0 && false) {"),
                            new Edit("node/ReadYourWrites", "Math.min(left, LOOK.toNanos())", "LOOK.toNanos()"))
                    .noticedBy("commit.ReadYourWritesIT#theWaitIsBoundedAndItsEndIsReportedOnce"),
            new Mutant(
                            "two/released-while-it-finishes",
                            "the caller releases the sessions on which its commit is finished in the background",
                            new Edit("transaction/VerbGuard", "transaction.toRelease()", "transaction.branches()"))
                    .noticedBy("commit.AcknowledgeIT"
                            + "#theCallerHasItsAnswerBeforeTheOtherNodeShowsItAndSoDoOtherProcesses"));

    private AcknowledgeMutants() {}
}
