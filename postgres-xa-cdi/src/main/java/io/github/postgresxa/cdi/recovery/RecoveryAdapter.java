package io.github.postgresxa.cdi.recovery;

import jakarta.transaction.TransactionManager;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Makes the nodes known to the recovery of one kind of transaction manager. An application adds its own through {@link
 * java.util.ServiceLoader}; it is asked before those that are here.
 */
public interface RecoveryAdapter {

    /**
     * Registers the nodes, if the manager is of the kind that this adapter knows.
     *
     * @param manager the manager in use
     * @param nodes returns the resource to register, for the identifiers that are that manager's; it is asked only if
     *     the resource is registered then
     * @return what became of it; empty if it is another kind of manager
     */
    Optional<Registration> register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes);
}
