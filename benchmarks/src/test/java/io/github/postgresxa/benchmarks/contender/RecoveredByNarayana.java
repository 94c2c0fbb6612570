package io.github.postgresxa.benchmarks.contender;

import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.transaction.xa.XAResource;
import org.jboss.tm.XAResourceRecovery;
import org.jboss.tm.XAResourceRecoveryRegistry;

/** What WildFly and Quarkus do between Agroal and Narayana: recovery asks every pool for its resources at each pass. */
final class RecoveredByNarayana implements XAResourceRecoveryRegistry {

    private final Map<XAResourceRecovery, XAResourceRecoveryHelper> helpers = new ConcurrentHashMap<>();

    @Override
    public void addXAResourceRecovery(XAResourceRecovery recovery) {
        XAResourceRecoveryHelper helper = new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String properties) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() {
                return recovery.getXAResources();
            }
        };
        helpers.put(recovery, helper);
        XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(helper);
    }

    @Override
    public void removeXAResourceRecovery(XAResourceRecovery recovery) {
        XAResourceRecoveryHelper helper = helpers.remove(recovery);
        if (helper != null) {
            XARecoveryModule.getRegisteredXARecoveryModule().removeXAResourceRecoveryHelper(helper);
        }
    }
}
