package io.github.postgresxa.operations;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One global transaction of any program, as the servers list its branches.
 *
 * @param id a name for it, which {@link Operations#explain(String)} takes: ours have their own id; what a transaction
 *     manager has prepared has its format id and its global id in hexadecimal digits
 * @param owner who prepared it
 * @param instance the owner's own name, for example the transaction manager's node; empty if the identifier has none
 * @param xid of a transaction manager over the driver's XAResource: the identifier of the oldest branch; otherwise null
 * @param branches its prepared branches, oldest first; none if the name was not found
 * @param notPreparedOn the nodes that answered, and list no branch of it. Each took no part, has not prepared its
 *     branch yet, or has ended it already
 */
public record PreparedTransaction(
        String id,
        Owner owner,
        String instance,
        @Nullable XaIdentifier xid,
        List<PreparedEntry> branches,
        List<String> notPreparedOn) {

    /** Copies the lists. */
    public PreparedTransaction {
        branches = List.copyOf(branches);
        notPreparedOn = List.copyOf(notPreparedOn);
    }

    /** {@return since when its oldest branch is prepared, by the server's clock} */
    public Duration age() {
        return branches.stream()
                .map(PreparedEntry::age)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** {@return who prepared it, for people} */
    public String ownerTitle() {
        return Settling.owner(owner, instance);
    }
}
