package io.github.postgresxa.support;

import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import javax.transaction.xa.XAResource;

/** What an application registers with Narayana for another resource. */
public final class RecoveredByNarayana implements XAResourceRecoveryHelper, AutoCloseable {

    private final XAResource resource;

    private RecoveredByNarayana(XAResource resource) {
        this.resource = resource;
    }

    /** Registers it until it is closed. Narayana has to run. */
    public static RecoveredByNarayana register(XAResource resource) {
        RecoveredByNarayana registered = new RecoveredByNarayana(resource);
        XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(registered);
        return registered;
    }

    @Override
    public boolean initialise(String properties) {
        return true;
    }

    @Override
    public XAResource[] getXAResources() {
        return new XAResource[] {resource};
    }

    @Override
    public void close() {
        XARecoveryModule.getRegisteredXARecoveryModule().removeXAResourceRecoveryHelper(this);
    }
}
