package io.github.postgresxa.spring.endpoint;

import io.github.postgresxa.operations.PreparedEntry;
import io.github.postgresxa.operations.PreparedPage;
import io.github.postgresxa.operations.XaIdentifier;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Shows what is prepared on the nodes' servers, ours and others'.
 *
 * @param page the page, counted from 0
 * @param size the maximum number of entries of each node
 * @param totals the number of prepared transactions on each node
 * @param entries the prepared transactions of this page, oldest first on each node
 * @param unreachable nodes that did not answer, with the reason
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
     * Shows one prepared transaction.
     *
     * @param node the node
     * @param gid its name in {@code pg_prepared_xacts}
     * @param owner the software that prepared it: postgres-xa, a transaction manager, a subscription, …
     * @param instance the owner's own name, if the gid contains it
     * @param role the database role that prepared it
     * @param database its database
     * @param age time since it was prepared
     * @param xidAge the number of transactions that began on the server since it began
     * @param transaction the global transaction, if it is one of ours; otherwise null
     * @param xid the XA identifier, if a transaction manager prepared it over the driver's XAResource; otherwise null
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
            @Nullable String transaction,
            @Nullable XaIdentifier xid) {

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
                    entry.transaction() == null ? null : entry.transaction().toString(),
                    entry.xid());
        }
    }
}
