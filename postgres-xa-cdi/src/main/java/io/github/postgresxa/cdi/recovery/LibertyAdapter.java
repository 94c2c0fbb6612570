package io.github.postgresxa.cdi.recovery;

import jakarta.transaction.TransactionManager;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * Liberty. Its {@code ExtendedTransactionManager.registerResourceInfo} takes the filter of an OSGi service, which an
 * application cannot provide, so nothing is registered; and its identifiers are too long for a branch of ours.
 */
final class LibertyAdapter implements RecoveryAdapter {

    @Override
    public Optional<Registration> register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes) {
        return Managers.isLiberty(manager)
                ? Optional.of(Registration.notPossible(
                        "Liberty",
                        "Liberty recovers resources of features and resource adapters only. Transactions in which"
                                + " another resource takes part are rolled back here, because Liberty's identifiers"
                                + " are too long for PostgreSQL."))
                : Optional.empty();
    }
}
