package io.github.postgresxa.health;

import io.github.postgresxa.InDoubtBranch;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Summarizes the branches in doubt of one node.
 *
 * @param oldest the age of the oldest branch; null if there is none
 * @param byHome the number of branches that wait for the decision of each home
 * @param tooLong whether the oldest branch is older than the threshold
 */
record InDoubtSummary(@Nullable Duration oldest, Map<String, Integer> byHome, boolean tooLong) {

    static InDoubtSummary of(String node, Collection<InDoubtBranch> inDoubt, Duration threshold) {
        List<InDoubtBranch> ofNode =
                inDoubt.stream().filter(branch -> branch.node().equals(node)).toList();
        Duration oldest =
                ofNode.stream().map(InDoubtBranch::age).max(Duration::compareTo).orElse(null);
        Map<String, Integer> byHome = new TreeMap<>();
        ofNode.forEach(branch -> byHome.merge(branch.home(), 1, Integer::sum));
        return new InDoubtSummary(oldest, byHome, oldest != null && oldest.compareTo(threshold) > 0);
    }
}
