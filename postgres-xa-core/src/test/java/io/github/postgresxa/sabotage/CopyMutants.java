package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules about databases that hold the identity of another one. */
final class CopyMutants {

    private static final String RULES = "operations/SettlementRules";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                            "copy-is-home",
                            "an identity is taken for the database's own wherever it is found",
                            new Edit(
                                    "decision/LogSql",
                                    "SYSTEM_IDENTIFIER + \" operator(pg_catalog.=) \" + SERVER",
                                    "\"(true or \" + SYSTEM_IDENTIFIER + \" operator(pg_catalog.=) \" + SERVER"),
                            new Edit(
                                    "decision/LogSql",
                                    "+ \" operator(pg_catalog.=) \" + DATABASE);",
                                    "+ \" operator(pg_catalog.=) \" + DATABASE + \")\");"))
                    .noticedBy("copies.CopiedIdentityIT#aCopyDecidesForNobodyElse"),
            new Mutant(
                            "first-of-twins",
                            "of two nodes with one identity the first is taken for the home",
                            new Edit(
                                    "recovery/Homes",
                                    "return found.size() == 1 ? found.get(0) : null;",
                                    "return found.isEmpty() ? null : found.get(0);"))
                    .noticedBy("copies.CopiedIdentityIT"
                            + "#aPhysicalCloneThatComesUpLaterLeavesAllInDoubtUntilItHasItsOwnIdentity"),
            new Mutant(
                            "move-resets-mark",
                            "a moved home forgets how far decisions were deleted",
                            new Edit(
                                    "decision/IdentitySql",
                                    "return adopt(seen, \"\");",
                                    "return adopt(seen, \"mark = null, \");"))
                    .noticedBy("copies.AdoptIT#aMovedOneKeepsItsIdentityAndItsDecisionsOnceItsOriginalIsGone"),
            new Mutant(
                            "no-mark-is-proof",
                            "a home without a mark is believed against the marks of all participants",
                            new Edit("decision/Fence", "? participants.isEmpty()", "? true"))
                    .noticedBy("copies.AdoptIT#afterAMoveNoRowIsNoProofOfARollback"),
            new Mutant(
                            "move-keeps-count",
                            "fences keep the xid that a moved server gave them, and stay",
                            new Edit("decision/Adoptions", "sql.recount()", "\"\""))
                    .noticedBy("copies.AdoptIT#fencesOfTheOldCountAreDeletedAfterAMove"),
            new Mutant(
                            "copy-blindly",
                            "the log of a copy is emptied although a node that may need it does not answer",
                            new Edit(
                                    "operations/AdoptionRules",
                                    "WithoutOriginal() {\n        if (!found.unreachable().isEmpty()) {",
                                    "WithoutOriginal() {\n        if (found.unreachable().size() > 99) {"))
                    .noticedBy("copies.AdoptIT#aCopyIsNotEmptiedBlindlyWhileANodeDoesNotAnswer"),
            new Mutant(
                            "order-without-all",
                            "an operator rolls back in a manager's place although a node does not answer",
                            new Edit(
                                    RULES,
                                    "if (found.managerDecides()) {",
                                    "if (found.managerDecides() && found.unreachable().isEmpty()) {"))
                    .noticedBy("operations.OperationsIT$Settling"
                            + "#inThePlaceOfATransactionManagerWhileANodeIsAwayTakesForceAndTheRowStays"),
            new Mutant(
                            "forced-row-goes",
                            "the row of an order that was forced while a node is away is deleted like any other",
                            new Edit("operations/Settler", "participants.add(UNSEEN);", "participants.isEmpty();"))
                    .noticedBy("operations.OperationsIT$Settling"
                            + "#inThePlaceOfATransactionManagerWhileANodeIsAwayTakesForceAndTheRowStays"),
            new Mutant(
                            "force-while-silent",
                            "force is taken although a node does not answer, or the home is not seen",
                            new Edit(
                                    RULES,
                                    "if (request.force() && !request.without().containsAll(missing)) {",
                                    "if (missing.contains(\"\")) {"))
                    .noticedBy("operations.OperationsIT$Settling#forceIsRefusedWhileANodeIsSilentUnlessThatIsSaidToo"),
            new Mutant(
                            "force-unkept",
                            "an order is forced that no node keeps",
                            new Edit(
                                    "operations/Resolver",
                                    "records.before(wires, List.of(forced));",
                                    "LOG.trace(\"{}\", forced);"))
                    .noticedBy("operations.OperationsIT$Settling#whatCannotBeKeptIsNotForced"),
            new Mutant(
                            "order-unproved",
                            "the fence of an order is not proved: the branch may be finished, and its row C deleted",
                            new Edit(
                                    "operations/Settler",
                                    "written -> isStillPrepared(found)",
                                    "written -> found.hasBranches()"))
                    .noticedBy("operations.OperationsIT$Settling#aBranchThatIsFinishedMeanwhileIsNotFenced"),
            new Mutant(
                            "order-to-commit-unproved",
                            "an order's row C is not proved: a branch may be rolled back, and its row A deleted",
                            new Edit("operations/Settler", "() -> areAllStillPrepared(found)", "() -> true"))
                    .noticedBy("operations.OperationsIT$Settling"
                            + "#aBranchThatIsFinishedMeanwhileIsNotCommittedInTheManagersPlace"),
            new Mutant(
                            "order-unknown-is-refused",
                            "an order whose decision the home does not answer is reported as refused",
                            new Edit(
                                    "decision/UnconfirmedCommitException",
                                    "return reply.isSurelyRolledBack() ?",
                                    "return reply.tags() != null ?"))
                    .noticedBy("operations.LostOrderReplyIT#ofManyIsUnknownOfEach"),
            new Mutant(
                            "adoption-kept-later",
                            "the record of a forced adoption is not part of its transaction",
                            new Edit(
                                    "operations/Adopter",
                                    "if (forced != null) {",
                                    "if (forced != null && now.text().isEmpty()) {"))
                    .noticedBy("copies.ForcedAdoptionIT#whoseDatabaseDiesWithTheCommitIsUnknownAndToldLater"));

    private CopyMutants() {}
}
