package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedPage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What is prepared on the nodes' servers, ours and others'.
 *
 * @param page counted from 0
 * @param size the most entries of each node
 * @param totals how many there are on each node
 * @param entries oldest first on each node
 * @param unreachable nodes that did not answer
 */
public record PreparedDescriptor(
        int page, int size, Map<String, Long> totals, List<EntryDescriptor> entries, Map<String, String> unreachable)
        implements OperationResponseBody {

    static PreparedDescriptor of(int page, int size, PreparedPage found) {
        return new PreparedDescriptor(
                page,
                size,
                found.totals(),
                found.entries().stream().map(EntryDescriptor::of).toList(),
                found.unreachable());
    }

    /**
     * One prepared transaction.
     *
     * @param node the node
     * @param gid its name
     * @param owner who prepared it: postgres-xa, a transaction manager, a subscription, …
     * @param instance the owner's own name, if the identifier tells it
     * @param role the database role that prepared it
     * @param database its database
     * @param age since it was prepared
     * @param xidAge how many transactions of the server began since it did
     * @param transaction ours: the global transaction
     */
    public record EntryDescriptor(
            String node,
            String gid,
            String owner,
            String instance,
            String role,
            String database,
            String age,
            long xidAge,
            @Nullable String transaction) {

        static EntryDescriptor of(PreparedEntry entry) {
            return new EntryDescriptor(
                    entry.node(),
                    entry.gid(),
                    entry.owner().title(),
                    entry.instance(),
                    entry.role(),
                    entry.database(),
                    entry.age().toString(),
                    entry.xidAge(),
                    entry.transaction() == null ? null : entry.transaction().toString());
        }
    }
}
