package io.github.postgresxa.reliability.mixed;

import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.ManagerKind;
import javax.transaction.xa.XAResource;

/** Makes the broker known to recovery, as an application does: it registers the broker with its manager. */
final class BrokerRecovery {

    private BrokerRecovery() {}

    /**
     * Registers the broker.
     *
     * @param manager the embedded manager, which has started
     * @param broker the resource to ask for prepared branches
     */
    static void register(ManagerKind manager, XAResource broker) {
        if (manager == ManagerKind.ATOMIKOS) {
            Configuration.addResource(new AtomikosResource(broker));
        } else {
            XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(new NarayanaHelper(broker));
        }
    }

    private static final class AtomikosResource extends XATransactionalResource {

        private final XAResource broker;

        AtomikosResource(XAResource broker) {
            super("broker");
            this.broker = broker;
        }

        @Override
        protected XAResource refreshXAConnection() {
            return broker;
        }

        @Override
        public boolean usesXAResource(XAResource resource) {
            return resource instanceof BrokerResource;
        }
    }

    private static final class NarayanaHelper implements XAResourceRecoveryHelper {

        private final XAResource broker;

        NarayanaHelper(XAResource broker) {
            this.broker = broker;
        }

        @Override
        public boolean initialise(String properties) {
            return true;
        }

        @Override
        public XAResource[] getXAResources() {
            return new XAResource[] {broker};
        }
    }
}
