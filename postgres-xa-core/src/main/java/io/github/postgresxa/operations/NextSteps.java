package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.Resolution.BranchResult;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says what is left to do after an order, with a command that does it. */
final class NextSteps {

    private final Console console;

    NextSteps(Console console) {
        this.console = console;
    }

    /** {@return the command that examines all nodes} */
    String doctor() {
        return console.command("doctor --all");
    }

    /** {@return the command that recovers all nodes} */
    String recover() {
        return console.command("recover");
    }

    /**
     * Says what is left to do.
     *
     * @param unreached nodes that were not reached
     * @param branches what happened to each branch
     * @param forced whether the order overrode anything
     * @return a sentence or more; empty if nothing is left
     */
    String after(Map<String, String> unreached, Collection<BranchResult> branches, boolean forced) {
        long open = branches.stream().filter(b -> !b.ended()).count();
        if (unreached.isEmpty() && open == 0) {
            return "";
        }
        StringBuilder text = new StringBuilder("This is incomplete.");
        if (!unreached.isEmpty()) {
            text.append(unreached.entrySet().stream()
                    .map(u -> " Node '%s' was not reached: %s%s"
                            .formatted(u.getKey(), u.getValue(), left(u.getKey(), branches)))
                    .collect(Collectors.joining()));
            text.append(" What is prepared there keeps its locks until that node is back.");
        }
        if (open > 0) {
            text.append(" %d branches have not ended, or it is not known.".formatted(open));
        }
        text.append(
                forced
                        ? " Recovery knows nothing of a forced order: look again with explain when the nodes answer,"
                                + " and order the same for what is left."
                        : " When all nodes answer, recovery of a running application finishes the rest; without one: "
                                + recover());
        return text.toString();
    }

    /**
     * Says what is left to do where it is not known whether a transaction is decided.
     *
     * @param unreached nodes that were not reached
     * @param transaction the only one; null if there are several
     * @return sentences, the last with a command
     */
    String afterUnknown(Map<String, String> unreached, @Nullable TransactionId transaction) {
        StringBuilder text = new StringBuilder();
        unreached.forEach(
                (node, problem) -> text.append("Node '%s' was not reached: %s ".formatted(node, ended(problem))));
        return text.append("If the decision is written, recovery of a running application carries it out; if not,"
                        + " everything is as before, and the order can be given again. When the home answers, this"
                        + " shows which: ")
                .append(console.command("explain " + (transaction == null ? "<id>" : transaction)))
                .toString();
    }

    private static String ended(String sentence) {
        return sentence.endsWith(".") ? sentence : sentence + ".";
    }

    private static String left(String node, Collection<BranchResult> branches) {
        long left = branches.stream()
                .filter(b -> b.node().equals(node) && !b.ended())
                .count();
        return left == 0 ? "" : " Left there: %d of the branches of this order.".formatted(left);
    }
}
