package io.github.postgresxa.operations;

import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.RecoveryReport;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What recovery by order did.
 *
 * @param report what was finished, what was left to a coordinator that is alive, and what went wrong
 * @param inDoubt the branches that are still in doubt, each with the reason
 * @param unreachable nodes that did not answer, with what they or the driver reported: what is prepared there keeps its
 *     locks
 */
public record RecoveryResult(RecoveryReport report, List<InDoubtBranch> inDoubt, Map<String, String> unreachable) {

    /** Copies the collections. */
    public RecoveryResult {
        inDoubt = List.copyOf(inDoubt);
        unreachable = Collections.unmodifiableMap(new LinkedHashMap<>(unreachable));
    }

    /** {@return whether every node answered and nothing is in doubt; a coordinator that is alive may have work left} */
    public boolean complete() {
        return inDoubt.isEmpty() && unreachable.isEmpty() && report.problems().isEmpty();
    }
}
