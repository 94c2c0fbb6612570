package io.github.postgresxa.operations;

import io.github.postgresxa.decision.Decision;
import io.github.postgresxa.decision.ParticipantMarks;
import io.github.postgresxa.prepared.PreparedBranch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an operator's order means for one transaction. Judges only, from what the nodes show, and touches nothing. */
final class SettlementRules {

    private SettlementRules() {}

    /** What comes before the branches end. */
    enum Step {
        /** C exists: it is made safe at the standby. */
        OBEY_COMMIT,
        /** A exists. */
        OBEY_ROLLBACK,
        /** A is written. */
        FENCE,
        /** C is written, in the place of a transaction manager. */
        RECORD,
        /** Nothing: only with force. */
        NONE
    }

    /**
     * The meaning of an order.
     *
     * @param step what comes before the branches end
     * @param against what the order overrides; empty if it needs no force
     * @param complete whether every branch is seen, so that a row can name them all
     */
    record Ruling(Step step, List<String> against, boolean complete) {

        boolean forced() {
            return !against.isEmpty();
        }
    }

    /**
     * What was read after the transaction was found.
     *
     * @param marks of the home, read after its row was looked for; null if the home does not answer
     * @param open what may still get a branch
     * @param leastAge how long a branch is left to a transaction manager that may be alive
     */
    record Evidence(@Nullable ParticipantMarks marks, OpenWork open, Duration leastAge) {}

    /**
     * Judges an order.
     *
     * @param request the order
     * @param found the transaction
     * @param evidence what was read after it
     * @return what it means
     * @throws RefusedException if it may not be carried out, or needs force and has none
     */
    static Ruling judge(ResolveRequest request, TransactionSnapshot found, Evidence evidence) {
        check(request, found);
        List<String> against = new ArrayList<>();
        ownBranches(request, found, against);
        Step step = step(request, found, evidence, against);
        if (!against.isEmpty() && !request.force()) {
            throw new RefusedException(String.join(" ", against) + " If you know better, order it again with force."
                    + alsoMissing(request, found));
        }
        return new Ruling(
                step,
                List.copyOf(against),
                found.unreachable().isEmpty()
                        && found.unnamed().isEmpty()
                        && evidence.open().isNone());
    }

    private static void check(ResolveRequest request, TransactionSnapshot found) {
        if (!found.hasBranches()) {
            throw new RefusedException(
                    found.unreachable().isEmpty()
                            ? ("Nothing of transaction %s is prepared on any of these nodes (decision: %s); there is"
                                            + " nothing to settle.")
                                    .formatted(request.transaction(), found.state())
                            : "Nothing of transaction %s is prepared on the nodes that answer; these do not: %s."
                                    .formatted(request.transaction(), NodeQueries.inWords(found.unreachable())));
        }
        if (found.state() != request.expected()) {
            throw new RefusedException(
                    ("The decision of transaction %s is %s by now, not %s as expected; nothing was done. Look again,"
                                    + " then order what fits.")
                            .formatted(request.transaction(), found.state(), request.expected()));
        }
        missing(request, found);
    }

    /**
     * Force is refused while anything is not seen: a node that is down, or was not named, looks like one that is lost.
     * An operator who knows that it is lost says so.
     */
    private static void missing(ResolveRequest request, TransactionSnapshot found) {
        Set<String> missing = found.missing();
        Set<String> there = new TreeSet<>(request.without());
        there.removeAll(missing);
        if (!there.isEmpty()) {
            throw new RefusedException(
                    "%s is given as gone, but it is not missing; nothing was done. Look again, then order what fits."
                            .formatted(String.join(", ", there)));
        }
        if (request.force() && !request.without().containsAll(missing)) {
            throw new RefusedException(
                    ("Force is refused: not everything is seen of transaction %s. %s Bring back what does not answer,"
                                    + " and name all nodes of the application. Only if it is gone for good, order it"
                                    + " again without it:%s.")
                            .formatted(request.transaction(), unseen(found), options(missing)));
        }
    }

    private static String unseen(TransactionSnapshot found) {
        String silent = found.silent().isEmpty()
                ? ""
                : "These nodes do not answer, and may hold branches or the decision: %s."
                        .formatted(NodeQueries.inWords(found.unreachable()));
        String home = found.isHomeMissing() ? " Its home, '%s', %s.".formatted(found.homeName(), found.noHome()) : "";
        String others = found.unnamed().isEmpty()
                ? ""
                : " It has branches on further nodes, whose identities end with %s."
                        .formatted(String.join(", ", found.unnamed()));
        return (silent + home + others).strip();
    }

    private static String options(Set<String> missing) {
        StringBuilder options = new StringBuilder();
        missing.forEach(m -> options.append(" --without ").append(m));
        return options.toString();
    }

    /** The first refusal says everything that force will take. */
    private static String alsoMissing(ResolveRequest request, TransactionSnapshot found) {
        return found.missing().isEmpty() || request.without().containsAll(found.missing())
                ? ""
                : " Force is refused while anything is missing (%s), unless you say that it is gone for good."
                        .formatted(String.join(", ", found.missing()));
    }

    private static void ownBranches(ResolveRequest request, TransactionSnapshot found, List<String> against) {
        if (found.branches().map(b -> b.gid().home()).distinct().count() > 1) {
            against.add("The branches of transaction %s name different homes, so they were not all prepared by us."
                    .formatted(request.transaction()));
        }
        if (found.sightings().values().stream().anyMatch(NodeSnapshot::mayBeCopy)) {
            against.add(("A branch of transaction %s carries the name of another database than the one that holds it,"
                            + " which may be a copy; the decision is the original's business.")
                    .formatted(request.transaction()));
        }
    }

    private static Step step(
            ResolveRequest request, TransactionSnapshot found, Evidence evidence, List<String> against) {
        boolean commit = request.action() == ResolveAction.COMMIT;
        return switch (found.state()) {
            case COMMIT -> {
                if (!commit) {
                    against.add(contradicts(request, found));
                    yield Step.NONE;
                }
                if (!allNamed(Objects.requireNonNull(found.row()), found)) {
                    against.add(notNamed(request));
                }
                yield Step.OBEY_COMMIT;
            }
            case ROLLBACK -> {
                if (commit) {
                    against.add(contradicts(request, found));
                    yield Step.NONE;
                }
                yield Step.OBEY_ROLLBACK;
            }
            case UNKNOWN -> {
                against.add(unknown(request, found));
                yield Step.NONE;
            }
            case NONE ->
                commit ? undecidedCommit(request, found, evidence, against) : fence(request, found, evidence, against);
        };
    }

    private static String contradicts(ResolveRequest request, TransactionSnapshot found) {
        return ("The durable decision of transaction %s is %s. To %s its branches contradicts it, and the nodes would"
                        + " disagree for ever.")
                .formatted(
                        request.transaction(),
                        found.state(),
                        request.action() == ResolveAction.COMMIT ? "commit" : "roll back");
    }

    static String notNamed(ResolveRequest request) {
        return ("Decision C of transaction %s does not name every branch that is prepared, so it is no permission to"
                        + " commit them.")
                .formatted(request.transaction());
    }

    static boolean allNamed(Decision row, TransactionSnapshot found) {
        return found.branches().map(PreparedBranch::gid).allMatch(gid -> row.names(gid.branch()));
    }

    private static String unknown(ResolveRequest request, TransactionSnapshot found) {
        return found.unreadable() != null
                ? "At '%s' %s.".formatted(found.homeName(), found.unreadable())
                : ("The home '%s' of transaction %s %s, and only the home knows the decision. When one home answers,"
                                + " recovery settles it.")
                        .formatted(found.homeName(), request.transaction(), found.noHome());
    }

    /**
     * A restore may have brought the branch back. Its decision may have been deleted since, and recovery would not
     * touch it either.
     */
    private static Step fence(
            ResolveRequest request, TransactionSnapshot found, Evidence evidence, List<String> against) {
        if (found.mayBeForgotten(Objects.requireNonNull(evidence.marks()))) {
            against.add(("A server that holds a branch of transaction %s went back in time (a restored disk or backup),"
                            + " and the decision may be deleted since: it may have been committed long ago. Compare the"
                            + " data first.")
                    .formatted(request.transaction()));
        }
        if (found.managerDecides()) {
            CompletenessRules.check(found, evidence.open(), evidence.leastAge(), against);
        }
        return Step.FENCE;
    }

    /** Only a transaction manager may have decided to commit without a row. */
    private static Step undecidedCommit(
            ResolveRequest request, TransactionSnapshot found, Evidence evidence, List<String> against) {
        if (!found.managerDecides()) {
            against.add(("No decision stands for transaction %s, so its home has not committed. To commit the other"
                            + " branches would make it partial.")
                    .formatted(request.transaction()));
            return Step.NONE;
        }
        // If it is forced, the row exists anyway: a manager that would presume the abort later meets it.
        CompletenessRules.check(found, evidence.open(), evidence.leastAge(), against);
        return Step.RECORD;
    }
}
