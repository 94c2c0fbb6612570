package io.github.postgresxa.cdi.recovery;

import jakarta.transaction.TransactionManager;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** Payara and GlassFish. They recover their own connection pools and resource adapters, and have no public way in. */
final class PayaraAdapter implements RecoveryAdapter {

    @Override
    public Optional<Registration> register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes) {
        return Managers.isPayara(manager)
                ? Optional.of(Registration.notPossible(
                        "Payara",
                        "Payara recovers its own pools and resource adapters only. After a crash, settle what is"
                                + " prepared on the nodes with postgres-xa-cli, by what the other resource says."))
                : Optional.empty();
    }
}
