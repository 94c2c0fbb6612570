package io.github.postgresxa.manager;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.transaction.ManagerHints;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that a manager prepares the nodes although its recovery does not know them. */
final class RegistrationWatch implements ManagerHints {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationWatch.class);

    private final String manager;
    private final AtomicBoolean missed = new AtomicBoolean();
    private volatile boolean registered;

    /**
     * @param manager how the log calls it
     */
    RegistrationWatch(String manager) {
        this.manager = manager;
    }

    void registered() {
        registered = true;
    }

    @Override
    public void prepares(Xid xid) {
        if (!registered && missed.compareAndSet(false, true)) {
            LOG.error(LogMessages.NODES_NOT_REGISTERED, manager);
        }
    }

    RecoveryRegistration state() {
        if (registered) {
            return RecoveryRegistration.REGISTERED;
        }
        return missed.get() ? RecoveryRegistration.MISSING : RecoveryRegistration.NOT_NEEDED_YET;
    }
}
