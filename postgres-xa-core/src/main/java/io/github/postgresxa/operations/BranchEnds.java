package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.operations.Resolution.BranchResult;
import io.github.postgresxa.prepared.PreparedBranch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finishes branches of transactions that are decided, or forced. Whatever goes wrong is part of the result and never
 * thrown: the operator has to learn what was done before.
 */
final class BranchEnds {

    private final Settler settler;
    private final Wires wires;

    BranchEnds(Settler settler, Wires wires) {
        this.settler = settler;
        this.wires = wires;
    }

    /** {@return what became of all branches of a transaction} */
    List<BranchResult> of(ResolveAction action, TransactionSnapshot found) {
        List<BranchResult> results = new ArrayList<>();
        found.sightings().forEach((node, seen) -> results.addAll(of(action, node, seen.branches())));
        return results;
    }

    /** {@return what became of branches of a node, in the same order} */
    List<BranchResult> of(ResolveAction action, Node node, Collection<PreparedBranch> branches) {
        return branches.stream().map(branch -> of(action, node, branch)).toList();
    }

    private BranchResult of(ResolveAction action, Node node, PreparedBranch branch) {
        if (wires.isLost(node)) {
            return notEnded(node, branch, "not touched: node '%s' is not reached any more".formatted(node.name()));
        }
        try {
            return settler.finish(node, branch, action);
        } catch (Throwable e) {
            return notEnded(node, branch, "still prepared, or its end unknown: " + Sanitizer.oneLine(e.toString()));
        }
    }

    /** {@return the branches of a transaction of which it is not known whether it is decided} */
    static List<BranchResult> untouched(TransactionSnapshot found) {
        List<BranchResult> results = new ArrayList<>();
        found.sightings()
                .forEach((node, seen) -> seen.branches()
                        .forEach(branch -> results.add(
                                notEnded(node, branch, "not touched: it is not known whether it is decided"))));
        return results;
    }

    private static BranchResult notEnded(Node node, PreparedBranch branch, String why) {
        return new BranchResult(node.name(), branch.gid().text(), false, why);
    }

    /** {@return the results in words, for the record of what was forced} */
    static String text(List<BranchResult> branches) {
        return branches.stream().map(b -> b.node() + ": " + b.result()).collect(Collectors.joining("; "));
    }
}
