package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.ActiveTransaction;
import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoveryReport;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Shows this application's view of the nodes as JSON. Ages and times are text (ISO 8601), independent of the JSON
 * library.
 *
 * @param name the application's name
 * @param active the number of active transactions of this application
 * @param nodes the nodes as last seen, by name
 * @param underWay the active transactions, oldest first, at most 100
 * @param inDoubt branches whose decision is not known here, at most 1000
 * @param recoveries the last results of this application's recovery, newest first
 */
public record PostgresXaDescriptor(
        String name,
        int active,
        Map<String, NodeDescriptor> nodes,
        List<UnderWayDescriptor> underWay,
        List<BranchDescriptor> inDoubt,
        List<RecentRecoveries.Recovered> recoveries)
        implements OperationResponseBody {

    private static final int MOST_UNDER_WAY = 100;
    private static final int MOST_IN_DOUBT = 1_000;

    static PostgresXaDescriptor of(PostgresXa xa, List<RecentRecoveries.Recovered> recoveries) {
        Map<String, NodeDescriptor> byName = new LinkedHashMap<>();
        xa.nodes().forEach(node -> byName.put(node.name(), NodeDescriptor.of(node)));
        return new PostgresXaDescriptor(
                xa.name(),
                xa.activeTransactionCount(),
                byName,
                xa.activeTransactions().stream()
                        .sorted(Comparator.comparing(ActiveTransaction::age).reversed())
                        .limit(MOST_UNDER_WAY)
                        .map(UnderWayDescriptor::of)
                        .toList(),
                xa.inDoubt().stream()
                        .limit(MOST_IN_DOUBT)
                        .map(BranchDescriptor::of)
                        .toList(),
                recoveries);
    }

    /**
     * Shows an active transaction of this application.
     *
     * @param transaction its id
     * @param phase its phase, in lower case
     * @param age time since its first use of a node
     * @param nodes the nodes that it uses
     */
    public record UnderWayDescriptor(String transaction, String phase, String age, List<String> nodes) {

        static UnderWayDescriptor of(ActiveTransaction transaction) {
            return new UnderWayDescriptor(
                    transaction.id().toString(),
                    transaction.phase().name().toLowerCase(Locale.ROOT),
                    transaction.age().toString(),
                    transaction.nodes());
        }
    }

    /**
     * Shows one node as last seen.
     *
     * @param reachable whether it answered
     * @param problem why it did not answer or may not take part; null if there is no problem
     * @param serverVersion the server's version, for example {@code 18.6}; null while unknown
     * @param identity the random identity in its schema; null while unknown
     * @param maxPrepared the server's {@code max_prepared_transactions}; 0 while unknown
     * @param prepared the number of our prepared branches
     * @param foreign the number of other prepared transactions
     * @param oldestPreparedAge the age of our oldest prepared branch; null if there is none
     * @param inDoubt the number of our branches whose decision is not known here
     * @param observedAt the time of the observation
     */
    public record NodeDescriptor(
            boolean reachable,
            @Nullable String problem,
            @Nullable String serverVersion,
            @Nullable String identity,
            int maxPrepared,
            int prepared,
            int foreign,
            @Nullable String oldestPreparedAge,
            int inDoubt,
            String observedAt) {

        static NodeDescriptor of(NodeStatus seen) {
            return new NodeDescriptor(
                    seen.reachable(),
                    seen.problem(),
                    seen.serverVersion(),
                    seen.identity(),
                    seen.maxPrepared(),
                    seen.preparedOurs(),
                    seen.preparedForeign(),
                    seen.oldestPrepared() == null ? null : seen.oldestPrepared().toString(),
                    seen.inDoubt(),
                    seen.observedAt().toString());
        }
    }

    /**
     * Shows one prepared branch in doubt.
     *
     * @param node the node that holds it
     * @param gid its name in {@code pg_prepared_xacts}
     * @param transaction the global transaction
     * @param home the node that keeps the decision
     * @param age time since it was prepared
     * @param reason why it is in doubt and what happens next
     */
    public record BranchDescriptor(
            String node, String gid, String transaction, String home, String age, String reason) {

        static BranchDescriptor of(InDoubtBranch branch) {
            return new BranchDescriptor(
                    branch.node(),
                    branch.gid(),
                    branch.transaction().toString(),
                    branch.home(),
                    branch.age().toString(),
                    branch.reason());
        }
    }

    /**
     * Shows the result of a recovery pass.
     *
     * @param committed the number of branches that were committed
     * @param rolledBack the number of branches that were rolled back
     * @param left the number of branches left to their coordinator
     * @param inDoubt the number of branches whose home did not answer or is unknown
     * @param problems the errors of the pass
     * @param took the duration of the pass
     */
    public record RecoveryDescriptor(
            int committed, int rolledBack, int left, int inDoubt, List<String> problems, String took)
            implements OperationResponseBody {

        static RecoveryDescriptor of(RecoveryReport report) {
            return new RecoveryDescriptor(
                    report.committed(),
                    report.rolledBack(),
                    report.left(),
                    report.inDoubt(),
                    report.problems(),
                    report.took().toString());
        }
    }
}
