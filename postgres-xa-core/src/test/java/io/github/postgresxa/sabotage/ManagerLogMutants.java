package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of the embedded manager's decisions, where another resource takes part. */
final class ManagerLogMutants {

    private static final String SQL = "decision/ManagerLogSql";
    private static final String LOG = "decision/ManagerLog";
    private static final String NODE_LOG = "manager/nodelog/NodeLog";
    private static final String RECOVERY = "manager/nodelog/BranchRecovery";

    private static final String TAG = "if (!reply.tag(burst, LogQuery.WRITTEN).equals(\"INSERT 0 1\")) {";
    private static final String ASK = "return ask(place, transaction, asSql(e));";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "manager/plain-read",
                    "a missing row of the manager's log is taken for an abort, and no A is written",
                    new Edit(
                            SQL,
                            "insert(manager, transaction, \"A\") + here(node)",
                            "insert(manager, transaction, \"A\") + here(node) + \" and false\""),
                    new Edit(LOG, """
                                        if (row.isPresent()) {
                                            return row.get();
                                        }
                            """, "return row.orElse(Decision.Kind.ABORT);\n")),
            new Mutant(
                    "manager/unknown-is-abort",
                    "a lost reply to the manager's decision is told as \"rolled back\"",
                    new Edit(NODE_LOG, ASK, "return Decided.rolledBack(asSql(e));")),
            new Mutant(
                            "manager/unknown-is-commit",
                            "a lost reply to the manager's decision is told as \"committed\"",
                            new Edit(NODE_LOG, ASK, "return Decided.COMMITTED;"))
                    .noticedBy("manager.nodelog.NodeLogTests#aDecisionThatFailsInAnyWayIsAskedForAndNothingIsThrown"),
            new Mutant(
                    "manager/own-are-not-spared",
                    "recovery settles what its own process works on",
                    new Edit(RECOVERY, "boolean isAlone = !own.underWay().includes(xid);", "boolean isAlone = true;")),
            new Mutant(
                    "manager/forget-by-list",
                    "recovery notes that a decision is carried out as far as it knows",
                    new Edit(
                            RECOVERY, "() -> node.settle(node.identity(), manager, ManagerIds.transaction(xid))", """
                            () -> {
                                String id = ManagerIds.transaction(xid);
                                Decision.Kind row = node.settle(node.identity(), manager, id);
                                node.ended(List.of(id));
                                return row;
                            }
                            """)),
            new Mutant(
                    "manager/two-log-nodes",
                    "where the reply to the registration is lost, another node is tried",
                    new Edit("manager/nodelog/Registration", """
                                        } catch (UnconfirmedCommitException e) {
                                            throw e;
                            """, "")),
            new Mutant(
                    "manager/ignore-conflict",
                    "the manager's decision ignores a row that exists",
                    new Edit(
                            SQL,
                            "+ \"'\\nfor key share of m;\\n\")",
                            "+ \"'\\nfor key share of m on conflict do nothing;\\n\")"),
                    new Edit(LOG, TAG, "if (!reply.tag(burst, LogQuery.WRITTEN).startsWith(\"INSERT 0\")) {")),
            new Mutant(
                            "manager/tag-ignored",
                            "a decision that wrote no row counts as written",
                            new Edit(LOG, TAG, "if (!reply.tag(burst, LogQuery.WRITTEN).startsWith(\"INSERT 0\")) {"))
                    .noticedBy("decision.ManagerLogIT#aManagerDecidesNothingUnderARegistrationThatIsDeleted"),
            new Mutant(
                    "manager/conflict-is-commit",
                    "a row that exists is taken for the decision itself",
                    new Edit(LOG, "return settle(wire, node, manager, transaction);", "return Decision.Kind.COMMIT;")),
            new Mutant(
                            "manager/commit-without-barrier",
                            "a row of the manager's log is obeyed before the standby has it",
                            new Edit(SQL, ".then(Durability.BARRIER)", ""))
                    .noticedBy("decision.ManagerLogIT#aDecisionIsObeyedOnlyWhenTheStandbyHasIt"),
            new Mutant(
                            "manager/decision-not-durable",
                            "the manager's decision is as durable as the role likes it",
                            new Edit(SQL, """
                                            .then(LogSql.BEGIN)
                                            .then(
                                                    LogQuery.WRITTEN,
                                                    insert(manager, transaction, "C")
                            """.stripTrailing(), """
                                            .then("begin isolation level read committed read write;\\n")
                                            .then(
                                                    LogQuery.WRITTEN,
                                                    insert(manager, transaction, "C")
                            """.stripTrailing()),
                            new Edit("node/DriverConnector", "+ Durability.RAISE_FOR_SESSION", ""))
                    .noticedBy("decision.ManagerLogIT#aDecisionIsOnTheDiskWhateverTheRoleLikes"),
            new Mutant(
                    "manager/forget-unanswered",
                    "the manager notes that its decision is carried out when it is written",
                    new Edit(NODE_LOG, "outcomes.put(transaction, result.outcome());", """
                            outcomes.put(transaction, result.outcome());
                            if (result.outcome() == Outcome.COMMITTED) {
                                done.add(transaction);
                            }
                            """)),
            new Mutant(
                            "manager/name-goes-with-commit",
                            "a name that has been silent for long goes together with its decisions to commit",
                            new Edit(
                                    SQL,
                                    "seconds' and not exists (select from ",
                                    "seconds' and (select count(*) >= 0 from "),
                            new Edit(
                                    SQL,
                                    " + \" = old.\" + NAME + \" and d.\" + OUTCOME + \" = 'A')\\ndelete",
                                    " + \" = old.\" + NAME + \")\\ndelete"))
                    .noticedBy("mixed.NodeLogIT#aManagerThatHasBeenSilentForAMonthGoesUnlessADecisionOfItStays"));

    private ManagerLogMutants() {}
}
