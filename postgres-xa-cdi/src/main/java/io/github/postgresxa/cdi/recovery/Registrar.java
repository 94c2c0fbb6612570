package io.github.postgresxa.cdi.recovery;

import jakarta.transaction.TransactionManager;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers the nodes with the recovery of the manager in use, or says that and why that is not possible. */
public final class Registrar {

    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);

    private static final List<RecoveryAdapter> HERE =
            List.of(new JBossRegistryAdapter(), new NarayanaAdapter(), new LibertyAdapter(), new PayaraAdapter());

    private Registrar() {}

    /**
     * Registers the nodes.
     *
     * @param manager the manager in use
     * @param nodes returns the resource to register
     * @return what became of it
     */
    public static Registration register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes) {
        Registration registration = Stream.concat(
                        ServiceLoader.load(RecoveryAdapter.class).stream().map(ServiceLoader.Provider::get),
                        HERE.stream())
                .map(adapter -> adapter.register(manager, nodes))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> Registration.notPossible(
                        manager.getClass().getName(),
                        "It is not known here. Register PostgresXa.recoveryResource(...) with its recovery."));
        if (registration.problem() == null) {
            LOG.info("The nodes are registered with the recovery of {}.", registration.recovery());
        } else {
            LOG.info(
                    "The nodes are not registered with the recovery of {}. That matters only where another resource"
                            + " takes part in transactions. {}",
                    registration.recovery(),
                    registration.problem());
        }
        return registration;
    }
}
