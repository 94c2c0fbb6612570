package io.github.postgresxa.reliability.mixed;

import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.common.jtaPropertyManager;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import java.time.Duration;
import javax.transaction.xa.XAResource;

/** The broker in the recovery of Narayana. */
final class NarayanaRecovery implements BrokerRecovery {

    @Override
    public void presumeAbortAfter(Duration delay) {
        jtaPropertyManager.getJTAEnvironmentBean().setOrphanSafetyInterval((int) delay.toMillis());
    }

    @Override
    public void begin(XAResource broker) {
        XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(new XAResourceRecoveryHelper() {
            @Override
            public boolean initialise(String properties) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() {
                return new XAResource[] {broker};
            }
        });
        BrokerRecovery.repeat(() -> RecoveryManager.manager().scan());
    }
}
