package io.github.postgresxa.operations;

import io.github.postgresxa.TransactionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One prepared transaction of a server.
 *
 * @param node the node through which it was seen
 * @param gid its name, as {@code pg_prepared_xacts} shows it
 * @param owner who prepared it
 * @param instance the owner's own name, for example the transaction manager's node; empty if the identifier has none
 * @param role the database role that prepared it
 * @param database its database
 * @param age since it was prepared, by the server's clock
 * @param xidAge how many transactions of the server began since it did: VACUUM keeps every row that one of them deleted
 * @param transaction ours: the global transaction; null for others
 * @param xid of a transaction manager over the driver's XAResource: its identifier; otherwise null
 */
public record PreparedEntry(
        String node,
        String gid,
        Owner owner,
        String instance,
        String role,
        String database,
        Duration age,
        long xidAge,
        @Nullable TransactionId transaction,
        @Nullable XaIdentifier xid) {

    /** {@return the id of its global transaction, the same on all nodes, for {@link Operations#explain(String)}} */
    public String global() {
        return GlobalName.ofBranch(gid).id();
    }
}
