package io.github.postgresxa.reliability.mixed;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import com.atomikos.recovery.xa.XARecoveryManager;
import java.lang.reflect.Field;
import java.time.Duration;
import javax.transaction.xa.XAResource;

/** The broker in the recovery of Atomikos. */
final class AtomikosRecovery implements BrokerRecovery {

    private Duration presumed = Duration.ZERO;

    @Override
    public void presumeAbortAfter(Duration delay) {
        presumed = delay;
    }

    @Override
    public void begin(XAResource broker) {
        presumeAbort();
        Configuration.addResource(new Registered(broker));
        BrokerRecovery.repeat(() -> Configuration.getRecoveryService().performRecovery());
    }

    /** Atomikos takes the longest transaction for this, and embedded it allows an hour. */
    private void presumeAbort() {
        try {
            Field limit = XARecoveryManager.class.getDeclaredField("maxTimeout");
            limit.setAccessible(true);
            limit.setLong(XARecoveryManager.getInstance(), presumed.toMillis());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another version of Atomikos?", e);
        }
    }

    private static final class Registered extends XATransactionalResource {

        private final XAResource broker;

        Registered(XAResource broker) {
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
}
