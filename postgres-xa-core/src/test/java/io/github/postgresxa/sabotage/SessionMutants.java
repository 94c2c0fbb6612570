package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of the sessions: whom the pool gives one to, and how. */
final class SessionMutants {

    static final List<Mutant> ALL = List.of(
            new Mutant(
                            "broken-driver-is-believed",
                            "after an Error the driver's word of its session counts",
                            new Edit("node/DriverGuard", "if (!inStep) {", "if (!inStep && node == null) {"))
                    .noticedBy("BrokenDriverIT#workThatWasNotCommittedIsInNobodyElsesTransaction"),
            new Mutant(
                            "handed-out-is-believed",
                            "a session whose driver's object was handed out comes back without a question",
                            new Edit(
                                    "node/Session",
                                    "if (!wire.isHandedOut() || isGone()) {",
                                    "if (wire.isHandedOut() || isGone()) {"))
                    .noticedBy("BrokenDriverIT#ofACopyThatIsLeftOpenHoldsNobodyUp"),
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
                    .noticedBy("SwallowedFailureIT#aRefusedRollbackRollsBackEverywhere"),
            new Mutant(
                            "settings-stay",
                            "the schema that an application set stays on the connection",
                            new Edit(
                                    "node/SessionSettings",
                                    "!everything && (schema || unknown)",
                                    "!everything && unknown"))
                    .noticedBy("ReturnedConnectionIT#outsideOfATransactionIsPutBack"));

    private SessionMutants() {}
}
