package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules about databases that hold the identity of another one. */
final class CopyMutants {

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
                                    "operations/Adopter",
                                    "AdoptionContext found) {\n        if (!found.unreachable().isEmpty()) {",
                                    "AdoptionContext found) {\n        if (found.unreachable().size() > 99) {"))
                    .noticedBy("copies.AdoptIT#aCopyIsNotEmptiedBlindlyWhileANodeDoesNotAnswer"),
            new Mutant(
                            "order-without-all",
                            "an operator rolls back in a manager's place although a node does not answer",
                            new Edit(
                                    "operations/Resolver",
                                    "found.managerDecides() && allNodesAnswerOrForced(request, found)",
                                    "found.managerDecides() && request.force()"))
                    .noticedBy("operations.OperationsIT$Settling"
                            + "#inThePlaceOfATransactionManagerWhileANodeIsAwayTakesForceAndTheRowStays"),
            new Mutant(
                            "forced-row-goes",
                            "the row of an order that was forced while a node is away is deleted like any other",
                            new Edit("operations/Resolver", "participants.add(UNSEEN);", "participants.isEmpty();"))
                    .noticedBy("operations.OperationsIT$Settling"
                            + "#inThePlaceOfATransactionManagerWhileANodeIsAwayTakesForceAndTheRowStays"));

    private CopyMutants() {}
}
