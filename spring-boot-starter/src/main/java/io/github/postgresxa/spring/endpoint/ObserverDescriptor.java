package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.ObservedNode;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedTransaction;
import io.github.postgresxa.operations.PreparedTransactions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Shows observed nodes, and what is prepared on them, as JSON. Ages are text (ISO 8601).
 *
 * @param name the application's name
 * @param mode always {@code observe}
 * @param nodes the nodes as last seen, by name
 * @param transactions what is prepared, put together to global transactions, the oldest first, at most 1000
 * @param cut nodes that list more than was read
 */
public record ObserverDescriptor(
        String name,
        String mode,
        Map<String, NodeDescriptor> nodes,
        List<ForeignDescriptor> transactions,
        Set<String> cut)
        implements OperationResponseBody {

    private static final int MOST = 1_000;

    static ObserverDescriptor of(Observer observer) {
        Map<String, NodeDescriptor> byName = new LinkedHashMap<>();
        observer.nodes().forEach(node -> byName.put(node.name(), NodeDescriptor.of(node)));
        PreparedTransactions prepared = observer.transactions();
        return new ObserverDescriptor(
                observer.name(),
                "observe",
                byName,
                prepared.transactions().stream()
                        .limit(MOST)
                        .map(ForeignDescriptor::of)
                        .toList(),
                new TreeSet<>(prepared.cut()));
    }

    /**
     * Shows one node as last seen.
     *
     * @param reachable whether it answered
     * @param problem why it did not answer, or cannot take part; null if there is no problem
     * @param serverVersion the server's version; null while unknown
     * @param maxPrepared the server's {@code max_prepared_transactions}; 0 while unknown
     * @param prepared the number of prepared transactions on the server
     * @param ours the number of those that look like postgres-xa's
     * @param inDoubt the number of branches of this node that are prepared for longer than the grace
     * @param oldestInDoubtAge the age of the oldest of these; null if there is none
     * @param xidAge the number of transactions that began on the server since the oldest branch of this node did
     * @param observedAge the time since the observation
     */
    public record NodeDescriptor(
            boolean reachable,
            @Nullable String problem,
            @Nullable String serverVersion,
            int maxPrepared,
            long prepared,
            long ours,
            int inDoubt,
            @Nullable String oldestInDoubtAge,
            long xidAge,
            String observedAge) {

        static NodeDescriptor of(ObservedNode seen) {
            Duration oldest = seen.oldestInDoubt();
            return new NodeDescriptor(
                    seen.reachable(),
                    seen.problem(),
                    seen.serverVersion(),
                    seen.maxPrepared(),
                    seen.prepared(),
                    seen.ours(),
                    seen.inDoubt(),
                    oldest == null ? null : oldest.toString(),
                    seen.xidAge(),
                    seen.observed().toString());
        }
    }

    /**
     * Shows one global transaction.
     *
     * @param id its name, to explain it
     * @param owner the software that prepared it
     * @param instance the owner's own name, if the name of its branches contains it
     * @param formatId the format id of its XA identifier; null if it has none
     * @param globalId the global transaction id of its XA identifier; null if it has none
     * @param age time since its oldest branch was prepared
     * @param branches its prepared branches
     * @param notPreparedOn the nodes that answered and list no branch of it
     */
    public record ForeignDescriptor(
            String id,
            String owner,
            String instance,
            @Nullable Long formatId,
            @Nullable String globalId,
            String age,
            List<BranchDescriptor> branches,
            List<String> notPreparedOn) {

        static ForeignDescriptor of(PreparedTransaction transaction) {
            return new ForeignDescriptor(
                    transaction.id(),
                    transaction.owner().title(),
                    transaction.instance(),
                    transaction.xid() == null ? null : transaction.xid().formatId(),
                    transaction.xid() == null ? null : transaction.xid().globalId(),
                    transaction.age().toString(),
                    transaction.branches().stream().map(BranchDescriptor::of).toList(),
                    transaction.notPreparedOn());
        }
    }

    /**
     * Shows one prepared branch.
     *
     * @param node the node
     * @param gid its name in {@code pg_prepared_xacts}
     * @param branchQualifier the branch qualifier of its XA identifier; null if it has none
     * @param role the database role that prepared it
     * @param database its database
     * @param age time since it was prepared
     * @param xidAge the number of transactions that began on the server since it began
     */
    public record BranchDescriptor(
            String node,
            String gid,
            @Nullable String branchQualifier,
            String role,
            String database,
            String age,
            long xidAge) {

        static BranchDescriptor of(PreparedEntry entry) {
            return new BranchDescriptor(
                    entry.node(),
                    entry.gid(),
                    entry.xid() == null ? null : entry.xid().branchQualifier(),
                    entry.role(),
                    entry.database(),
                    entry.age().toString(),
                    entry.xidAge());
        }
    }
}
