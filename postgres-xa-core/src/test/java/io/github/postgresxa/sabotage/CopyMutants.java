package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules about databases that hold the identity of another one. */
final class CopyMutants {

    static final List<Mutant> ALL = List.of(
            new Mutant(
                            "copy-is-home",
                            "an identity is taken for the database's own wherever it is found",
                            new Edit(
                                    "decision/DecisionSql",
                                    "HERE = \"system_identifier operator(pg_catalog.=) \" + SERVER",
                                    "HERE = \"(true or system_identifier operator(pg_catalog.=) \" + SERVER"),
                            new Edit(
                                    "decision/DecisionSql",
                                    "+ \" and database_oid operator(pg_catalog.=) \" + DATABASE;",
                                    "+ \" and database_oid operator(pg_catalog.=) \" + DATABASE + \")\";"))
                    .noticedBy("CopiedIdentityIT#aCopyDecidesForNobodyElse"),
            new Mutant(
                            "first-of-twins",
                            "of two nodes with one identity the first is taken for the home",
                            new Edit(
                                    "recovery/Homes",
                                    "return found.size() == 1 ? found.get(0) : null;",
                                    "return found.isEmpty() ? null : found.get(0);"))
                    .noticedBy(
                            "CopiedIdentityIT#aPhysicalCloneThatComesUpLaterLeavesAllInDoubtUntilItHasItsOwnIdentity"));

    private CopyMutants() {}
}
