package io.github.postgresxa.cdi.recovery;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.transaction.TransactionManager;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jboss.tm.XAResourceRecovery;
import org.jboss.tm.XAResourceRecoveryRegistry;

/** The registry of Quarkus, a bean. Its recovery runs with {@code quarkus.transaction-manager.enable-recovery=true}. */
final class JBossRegistryAdapter implements RecoveryAdapter {

    @Override
    public Optional<Registration> register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes) {
        if (!Managers.isNarayana(manager)) {
            return Optional.empty();
        }
        try {
            return InBean.register(nodes);
        } catch (LinkageError | IllegalStateException noSuchRegistry) {
            return Optional.empty();
        }
    }

    /** Only here are the classes of the registry needed. */
    private static final class InBean {

        private static Optional<Registration> register(Function<Predicate<Xid>, XAResource> nodes) {
            Instance<XAResourceRecoveryRegistry> registries = CDI.current().select(XAResourceRecoveryRegistry.class);
            if (!registries.isResolvable()) {
                return Optional.empty();
            }
            XAResourceRecoveryRegistry registry = registries.get();
            XAResource resource = nodes.apply(new NarayanaIds(NarayanaNode::name));
            XAResourceRecovery recovery = () -> new XAResource[] {resource};
            registry.addXAResourceRecovery(recovery);
            return Optional.of(Registration.done(
                    registry.getClass().getName(), () -> registry.removeXAResourceRecovery(recovery)));
        }
    }
}
