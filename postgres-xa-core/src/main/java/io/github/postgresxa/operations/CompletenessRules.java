package io.github.postgresxa.operations;

import io.github.postgresxa.prepared.PreparedBranch;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What an order in the place of a transaction manager needs: a manager that is not at work, and every branch in view.
 * The row that is written names what is seen. It goes when that has ended, and then meets no branch that comes later;
 * a row C does not commit a branch that it does not name.
 */
final class CompletenessRules {

    /** A manager that is alive decides within moments, or its coordinator gives up. */
    static final Duration LEAST_AGE = Duration.ofSeconds(10);

    private CompletenessRules() {}

    /** {@return whether an order means that a row is written in the place of a transaction manager} */
    static boolean concern(TransactionSnapshot found) {
        return found.managerDecides() && found.state() == DecisionState.NONE;
    }

    /** Adds what speaks against an order in the place of a transaction manager. */
    static void check(TransactionSnapshot found, OpenWork open, Duration leastAge, List<String> against) {
        allNodesAnswer(found, against);
        allNodesAreNamed(found, against);
        oldEnough(found, leastAge, against);
        noneIsToCome(found, open, against);
    }

    private static void allNodesAnswer(TransactionSnapshot found, List<String> against) {
        if (!found.unreachable().isEmpty()) {
            against.add(("These nodes do not answer, and may hold branches that the decision has to name: %s. Without"
                            + " them the transaction may end differently there. With force the row of the decision"
                            + " stays at the home until you delete it.")
                    .formatted(NodeQueries.inWords(found.unreachable())));
        }
    }

    private static void allNodesAreNamed(TransactionSnapshot found, List<String> against) {
        if (!found.unnamed().isEmpty()) {
            against.add(("Transaction %s has branches on further nodes, which are none of these (their identities in"
                            + " pgxa.node end with %s), and the decision has to name them. Name these nodes, too: the"
                            + " configuration of the application has them. With force the row of the decision stays at"
                            + " the home until you delete it, and their branches stay in doubt.")
                    .formatted(found.transaction(), String.join(", ", found.unnamed())));
        }
    }

    private static void oldEnough(TransactionSnapshot found, Duration leastAge, List<String> against) {
        Duration youngest = found.branches()
                .map(PreparedBranch::age)
                .min(Comparator.naturalOrder())
                .orElse(leastAge);
        Duration missing = leastAge.minus(youngest);
        if (missing.compareTo(Duration.ZERO) > 0) {
            against.add(("A branch of transaction %s is prepared for only %s, so its transaction manager may be alive"
                            + " and about to decide. Wait %d s and look again.")
                    .formatted(found.transaction(), Ages.text(youngest), missing.toSeconds() + 1));
        }
    }

    private static void noneIsToCome(TransactionSnapshot found, OpenWork open, List<String> against) {
        if (!open.isNone()) {
            against.add(("Transaction %s may still get further branches, which the decision would not name. These"
                            + " sessions have written, and have not ended since its branches were listed, at nodes"
                            + " that hold none of it yet: %s. Wait until they have ended, or end one whose application"
                            + " is dead (%s), and order again. With force the row of the decision stays at the home"
                            + " until you delete it.")
                    .formatted(found.transaction(), open.inWords(), open.howToEnd()));
        }
    }
}
