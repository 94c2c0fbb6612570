package io.github.postgresxa.manager.narayana;

import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAResource;

/** What Narayana's recovery asks for transactions to finish: one resource for each instance that is open. */
final class RecoveredResources implements XAResourceRecoveryHelper {

    private final List<XAResource> resources = new CopyOnWriteArrayList<>();

    void add(XAResource resource) {
        resources.add(resource);
    }

    /** Removes a resource without waiting for a scan that uses it: that one fails there, and the next one goes on. */
    void remove(XAResource resource) {
        resources.remove(resource);
    }

    @Override
    public boolean initialise(String properties) {
        return true;
    }

    @Override
    public XAResource[] getXAResources() {
        return resources.toArray(XAResource[]::new);
    }
}
