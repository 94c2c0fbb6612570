package io.github.postgresxa.cdi.recovery;

import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import jakarta.transaction.TransactionManager;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/**
 * Narayana's recovery in WildFly. That of another process is left to the application: to ask for its module starts
 * threads, and opens a port, where recovery does not run yet.
 */
final class NarayanaAdapter implements RecoveryAdapter {

    private static final String TITLE = "Narayana";

    @Override
    public Optional<Registration> register(TransactionManager manager, Function<Predicate<Xid>, XAResource> nodes) {
        if (!Managers.isNarayana(manager)) {
            return Optional.empty();
        }
        if (!Managers.isWildFly(manager)) {
            return Optional.of(Registration.notPossible(
                    TITLE,
                    "Whether the application runs Narayana's recovery is not known here, and to ask would start it."
                            + " Where it does, add a helper with PostgresXa.recoveryResource(...) to"
                            + " XARecoveryModule.getRegisteredXARecoveryModule()."));
        }
        try {
            return Optional.of(InModule.register(nodes));
        } catch (LinkageError notVisible) {
            return Optional.of(Registration.notPossible(
                    TITLE,
                    "Its classes are not visible to the application (%s). In WildFly, let META-INF/MANIFEST.MF of the"
                                    .formatted(notVisible)
                            + " deployment have the line 'Dependencies: org.jboss.jts'."));
        }
    }

    /** Only here are Narayana's classes needed. */
    private static final class InModule {

        private static Registration register(Function<Predicate<Xid>, XAResource> nodes) {
            @Nullable XARecoveryModule module = XARecoveryModule.getRegisteredXARecoveryModule();
            if (module == null) {
                return Registration.notPossible(TITLE, "The server's recovery has no module for XA resources.");
            }
            Helper helper = new Helper(nodes.apply(new NarayanaIds(NarayanaNode::name)));
            module.addXAResourceRecoveryHelper(helper);
            return Registration.done(TITLE, () -> module.removeXAResourceRecoveryHelper(helper));
        }
    }

    /** Narayana keeps what a scan returns, so it has to be the same each time. */
    private record Helper(XAResource resource) implements XAResourceRecoveryHelper {

        @Override
        public boolean initialise(String properties) {
            return true;
        }

        @Override
        public XAResource[] getXAResources() {
            return new XAResource[] {resource};
        }
    }
}
