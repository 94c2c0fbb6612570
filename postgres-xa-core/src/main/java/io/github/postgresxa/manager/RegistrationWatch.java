package io.github.postgresxa.manager;

import io.github.postgresxa.RecoveryRegistration;
import io.github.postgresxa.gid.ManagerXid;
import io.github.postgresxa.log.LogMessages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether a manager's recovery ends what that manager prepares. Each thing that is missing is in the log once:
 * no resource was asked for; none of them takes the manager's identifiers for its own; none of them is ever called.
 */
final class RegistrationWatch {

    /** Narayana asks about every two minutes, unless it is configured otherwise. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /** A helper may ask for another resource with each scan. */
    private static final int KEPT = 16;

    private static final Logger LOG = LoggerFactory.getLogger(RegistrationWatch.class);

    private final String manager;
    private final LongSupplier clock;
    private final List<Predicate<Xid>> resources = new CopyOnWriteArrayList<>();
    private final AtomicBoolean saidMissing = new AtomicBoolean();
    private final AtomicBoolean saidForeign = new AtomicBoolean();
    private final AtomicBoolean saidSilent = new AtomicBoolean();
    private volatile @Nullable Xid unknown;
    private volatile @Nullable Long waitsSince;
    private volatile boolean called;

    /**
     * @param manager how the log calls it
     * @param clock counts nanoseconds
     */
    RegistrationWatch(String manager, LongSupplier clock) {
        this.manager = manager;
        this.clock = clock;
    }

    /**
     * Notes that a resource for the manager's recovery was asked for.
     *
     * @param ours which identifiers are the manager's
     * @param resource the resource
     * @return the same resource, watched
     */
    XAResource registered(Predicate<Xid> ours, XAResource resource) {
        if (resources.size() >= KEPT) {
            resources.remove(0);
        }
        resources.add(ours);
        return new WatchedResource(resource, () -> called = true);
    }

    /** Notes that the manager prepares the nodes, for which its recovery has to know them. */
    void prepares(Xid xid) {
        Long since = waitsSince;
        if (since == null) {
            waitsSince = clock.getAsLong();
        }
        if (isKnown(xid)) {
            if (isSilent() && saidSilent.compareAndSet(false, true)) {
                LOG.error(LogMessages.NODES_NEVER_ASKED, manager, PATIENCE.toMinutes());
            }
            return;
        }
        unknown = ManagerXid.of(xid);
        if (resources.isEmpty()) {
            if (saidMissing.compareAndSet(false, true)) {
                LOG.error(LogMessages.NODES_NOT_REGISTERED, manager);
            }
        } else if (saidForeign.compareAndSet(false, true)) {
            LOG.error(LogMessages.IDENTIFIER_NOT_RECOVERED, manager, ManagerXid.of(xid));
        }
    }

    /** {@return how many predicates are kept} */
    int kept() {
        return resources.size();
    }

    private boolean isKnown(Xid xid) {
        return resources.stream().anyMatch(ours -> accepts(ours, xid));
    }

    /** What fails here fails in the manager's recovery, too. */
    private static boolean accepts(Predicate<Xid> ours, Xid xid) {
        try {
            return ours.test(xid);
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    private boolean isSilent() {
        Long since = waitsSince;
        return !called && since != null && clock.getAsLong() - since > PATIENCE.toNanos();
    }

    RecoveryRegistration state() {
        Xid missing = unknown;
        if (missing != null && !isKnown(missing)) {
            return RecoveryRegistration.MISSING;
        }
        if (resources.isEmpty()) {
            return RecoveryRegistration.NOT_NEEDED_YET;
        }
        return isSilent() ? RecoveryRegistration.NEVER_ASKED : RecoveryRegistration.REGISTERED;
    }
}
