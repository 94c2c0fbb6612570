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
 * The operator's view as JSON. Ages and times are text (ISO 8601), whatever the JSON library would make of them.
 *
 * @param name the application
 * @param active transactions of this application that are under way
 * @param nodes the nodes as last seen, by name
 * @param underWay the oldest of them, at most 100
 * @param inDoubt branches whose decision is not known here, at most 1000
 * @param recoveries what this application's recovery did last, newest first
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
     * A transaction of this application that is under way.
     *
     * @param transaction its id
     * @param phase where it stands
     * @param age since its first use of a node
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
     * One node as last seen.
     *
     * @param reachable whether it answered
     * @param problem why it did not answer or may not take part
     * @param serverVersion for example {@code 18.6}
     * @param identity the random identity that its schema holds
     * @param maxPrepared the server's {@code max_prepared_transactions}
     * @param prepared prepared branches of this project
     * @param foreign prepared transactions of others
     * @param oldestPreparedAge the age of the oldest of ours
     * @param inDoubt those of ours whose decision is not known here
     * @param observedAt when this was seen
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
     * One prepared branch in doubt.
     *
     * @param node the node that holds it
     * @param gid its name in {@code pg_prepared_xacts}
     * @param transaction the global transaction
     * @param home the node that keeps the decision
     * @param age since it was prepared
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
     * What a recovery pass did.
     *
     * @param committed branches that were committed
     * @param rolledBack branches that were rolled back
     * @param left branches left to their coordinator
     * @param inDoubt branches whose home did not answer or is unknown
     * @param problems what went wrong
     * @param took how long it took
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
