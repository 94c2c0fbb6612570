package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Narayana's recovery module, which also tells what the application has made known to it. */
final class WatchedRecoveryModule extends XARecoveryModule {

    private final List<XAResourceRecoveryHelper> helpers = new CopyOnWriteArrayList<>();

    /** {@return what is registered, with our own} */
    List<XAResourceRecoveryHelper> helpers() {
        return helpers;
    }

    @Override
    public void addXAResourceRecoveryHelper(XAResourceRecoveryHelper helper) {
        super.addXAResourceRecoveryHelper(helper);
        helpers.add(helper);
    }

    @Override
    public synchronized void removeXAResourceRecoveryHelper(XAResourceRecoveryHelper helper) {
        helpers.remove(helper);
        super.removeXAResourceRecoveryHelper(helper);
    }
}
