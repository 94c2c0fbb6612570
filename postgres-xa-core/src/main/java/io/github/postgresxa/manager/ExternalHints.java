package io.github.postgresxa.manager;

import io.github.postgresxa.gid.NameLength;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.transaction.ManagerHints;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, at the first transaction that shows it, what keeps transactions with other resources from working under a
 * manager that we do not run.
 */
final class ExternalHints implements ManagerHints {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalHints.class);

    private final String manager;
    private final RegistrationWatch registration;
    private final AtomicBoolean saidTooLong = new AtomicBoolean();

    /**
     * @param manager how the log calls it
     * @param registration watches its recovery
     */
    ExternalHints(String manager, RegistrationWatch registration) {
        this.manager = manager;
        this.registration = registration;
    }

    /** No other resource may be there yet, and none may ever come: the transaction goes on. */
    @Override
    public void starts(Xid xid) {
        if (!saidTooLong.get() && !NameLength.fits(xid) && saidTooLong.compareAndSet(false, true)) {
            LOG.warn(LogMessages.IDENTIFIER_TOO_LONG, manager, NameLength.problem(xid));
        }
    }

    @Override
    public void prepares(Xid xid) {
        if (NameLength.fits(xid)) { // Otherwise nothing is prepared.
            registration.prepares(xid);
        }
    }
}
