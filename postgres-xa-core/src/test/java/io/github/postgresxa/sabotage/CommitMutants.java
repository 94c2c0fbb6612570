package io.github.postgresxa.sabotage;

import java.util.List;

/** Rules of the commit: the order of its steps, and what a coordinator does without an answer. */
final class CommitMutants {

    private static final String PROTOCOL = "transaction/CommitProtocol";
    private static final String SQL = "decision/DecisionSql";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "early-decide",
                    "a PREPARE without an answer counts as prepared, and the decision is sent",
                    new Edit(
                            PROTOCOL,
                            "if (refusal != null) {",
                            "if (refusal != null && refusal.kind() == VerbResult.Kind.REFUSED) {"),
                    // So that the row names its xid anyway.
                    new Edit("branch/Branch", "work.wrote() ? Vote.WROTE : ask()", "ask()")),
            new Mutant(
                    "early-ack",
                    "\"committed\" is answered although the decision was not",
                    new Edit(
                            PROTOCOL,
                            "enquiry.ask(transaction.id(), home, named(transaction, home), answer)",
                            "CommitOutcome.COMMITTED")),
            new Mutant(
                    "early-finish",
                    "COMMIT PREPARED is sent before the decision",
                    new Edit(
                            PROTOCOL,
                            "return decide(transaction, votes, home, others);",
                            "others.forEach(Branch::commitPrepared);"
                                    + " return decide(transaction, votes, home, others);")),
            new Mutant(
                    "ignore-conflict",
                    "the home's INSERT ignores a row that stands, and COMMIT follows",
                    new Edit(SQL, "+ \");\\n\";", "+ \") on conflict (gtrid) do nothing;\\n\";")),
            new Mutant(
                    "fresh-session",
                    "a decision that was lost is sent again, on a session without the home's work",
                    new Edit("branch/Branch", "return Replies.toDecide(lease.send(burst));", """
                            Reply reply = lease.send(burst);
                            if (reply.gone()) {
                                try (io.github.postgresxa.node.Wire wire = session.node().connect()) {
                                    reply = wire.send("begin;\\n" + burst);
                                } catch (SQLException e) {
                                    return VerbResult.unknown(e);
                                }
                            }
                            return Replies.toDecide(reply);"""),
                    new Edit(
                            SQL,
                            "OWN_XID = \"pg_catalog.pg_current_xact_id_if_assigned()\"",
                            "OWN_XID = \"pg_catalog.pg_current_xact_id()\"")),
            new Mutant(
                    "home-without-xid",
                    "a home that wrote nothing gets its xid only with the row",
                    new Edit(
                            SQL,
                            "OWN_XID = \"pg_catalog.pg_current_xact_id_if_assigned()\"",
                            "OWN_XID = \"pg_catalog.pg_current_xact_id()\"")),
            new Mutant(
                    "vote-by-tag",
                    "a branch that showed no write is taken for a reader without being asked",
                    new Edit(
                            "branch/Branch",
                            "work.wrote() ? Vote.WROTE : ask()",
                            "work.wrote() ? Vote.WROTE : Vote.READ")),
            new Mutant(
                    "lost-reply-is-abort",
                    "a lost reply to the decision is told as \"rolled back\"",
                    new Edit(
                            PROTOCOL,
                            "enquiry.ask(transaction.id(), home, named(transaction, home), answer)",
                            "CommitOutcome.rolledBack(answer.problem())")),
            new Mutant(
                    "error-is-abort",
                    "any ERROR in reply to COMMIT is taken for a rollback",
                    new Edit("node/Reply", "(commitNotRun ||", "(error != null || commitNotRun ||")),
            new Mutant(
                    "warning-is-success",
                    "a cancelled wait for the standby counts as done",
                    new Edit("node/Reply", "&& standbyMissed == null", "")),
            new Mutant(
                    "prepared-is-listed",
                    "PREPARE without the standby counts as prepared",
                    new Edit(
                            "branch/Replies",
                            "if (reply.endedWith(\"PREPARE TRANSACTION\")) {",
                            "if (reply.endedWith(\"PREPARE TRANSACTION\") || reply.standbyMissed() != null) {")),
            new Mutant(
                    "late-ask",
                    "\"no row C\" means rolled back, however many rows were deleted",
                    new Edit("decision/Fence", ": homeXid != null", ": true || homeXid != null")),
            new Mutant(
                    "two/unknown-xid-is-above",
                    "who does not know the home's xid takes it for above the mark",
                    new Edit("decision/Fence", "homeXid != null && !mark", "homeXid == null || !mark")),
            new Mutant(
                    "ask-after-plain",
                    "the fence is asked about a COMMIT that wrote no row",
                    new Edit(
                            PROTOCOL,
                            "CommitOutcome.unknown(answer.problem())",
                            "enquiry.ask(transaction.id(), branch, List.of(), answer)")),
            new Mutant(
                    "look-instead-of-fence",
                    "M17: without an answer the coordinator looks, and fences nothing",
                    new Edit("transaction/LostReplyResolver", """
                            Optional<Fence> fence = decisions
                                                        .fences()
                                                        .write(
                                                                wire,
                                                                id,
                                                                home.identity(),
                                                                List.of(),
                                                                asked,
                                                                written -> written.provesRollback(home.xid(), others));\
                            """, """
                            DecisionLog.Rows read = decisions.read(wire, home.identity(), List.of(id));
                            var row = read.rows().get(id);
                            Optional<Fence> fence = Optional.of(new Fence(
                                    row == null ? new Decision(id, Decision.Kind.ABORT, List.of()) : row.read(),
                                    read.mark(),
                                    decisions.marks(wire, home.identity(), asked)));""")),
            new Mutant(
                    "listed-tells-asker",
                    "a coordinator that asks takes a participant's branch below the mark for a proof",
                    new Edit(
                            "decision/Fence",
                            "participants.stream().anyMatch(p -> marks.show(p.identity(), p.xid()))",
                            "!participants.isEmpty()")),
            new Mutant(
                    "decision-not-durable",
                    "M13: the decision is as durable as the role likes it",
                    new Edit(SQL, "+ home.raise()\n                + \"commit\";", "+ \"commit\";")),
            new Mutant(
                            "two/row-after-constraints",
                            "the home writes its row after its deferred constraints: a fence overtakes it"
                                    + " while they run",
                            new Edit(
                                    SQL,
                                    "return DefaultRole.ENTER\n                + insert\n",
                                    "return Durability.SURE_ANSWER + DefaultRole.ENTER\n"
                                            + "                + insert\n"))
                    .noticedBy("commit.SlowConstraintIT#aLivingHomeIsNotFenced"),
            new Mutant(
                            "two/no-sign-of-life",
                            "a coordinator whose PREPAREs take long shows nobody that it is alive",
                            new Edit("transaction/SignsOfLife", "series.plan();\n        try", "try"))
                    .noticedBy("commit.SlowConstraintIT#aCoordinatorThatIsStillPreparingIsNotFenced"),
            new Mutant(
                            "two/finish-under-any-role",
                            "COMMIT PREPARED is sent under whatever role the application has left",
                            new Edit(
                                    "branch/Branch",
                                    "DefaultRole.finish(session, lease::send, verb + \" \" + literal)",
                                    "lease.send(verb + \" \" + literal)"))
                    .noticedBy("security.RoleIT#aRoleSetForTheSessionBeforeTheTransaction"),
            new Mutant(
                            "two/role-stays-changed",
                            "after COMMIT PREPARED the session stays under its default role",
                            new Edit(
                                    "node/DefaultRole",
                                    "inOrder = !another"
                                            + " || !reply.gone() && send.apply(become(before)).error() == null;",
                                    "inOrder = !another || !reply.gone() && become(before).length() > 0;"))
                    .noticedBy("security.RoleIT#aRoleSetForTheSessionBeforeTheTransaction"),
            new Mutant(
                            "far-node-passed-twice",
                            "the home is the writer that was used first, however near it is",
                            new Edit(
                                    "transaction/MeasuredHome",
                                    "whole < shortest && whole",
                                    "whole > shortest && whole"))
                    .noticedBy("commit.FarHomeIT#theFarthestOfThreeKeepsTheDecision"),
            new Mutant(
                            "home-again-after-refusal",
                            "a far node that could not keep a decision is chosen for the next one",
                            new Edit(
                                    "transaction/MeasuredHome", " && (subordinate || !nodes[i].refusedDecision())", ""))
                    .noticedBy("commit.FarHomeIT#aFarNodeThatOnlySeemedToWriteIsNotTriedAgain"),
            new Mutant(
                            "two/read-only-by-the-driver",
                            "what the driver begins as READ ONLY and the server does not hold for it has written",
                            new Edit(
                                    "transaction/Votes",
                                    ": ask(branch, false);",
                                    ": new Cast(branch, Vote.WROTE, false, null);"))
                    .noticedBy("commit.ReadOnlyIT#branchesThatWereMadeWritableAndWroteNothingAreReaders"));

    private CommitMutants() {}
}
