package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.decision.RegistrationLostException;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows other processes that a manager lives while a transaction takes long: it may be prepared, and they leave it
 * alone for a while. And once an hour, so that the name is kept.
 */
final class SignsOfLife {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLog.class);

    /** A transaction is seen twice before there is a sign, and still well before its manager is taken for dead. */
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private static final Duration STILL_HERE = Duration.ofHours(1);

    private final ManagerName name;
    private final UnderWay underWay;
    private final MonotonicClock clock;
    private Set<?> before = Set.of();
    private long lastLook;
    private long lastSign;

    SignsOfLife(ManagerName name, UnderWay underWay, MonotonicClock clock) {
        this.name = name;
        this.underWay = underWay;
        this.clock = clock;
        this.lastLook = clock.nanos();
        this.lastSign = lastLook;
    }

    synchronized void at(Registration registration, Registration.Place place) {
        long now = clock.nanos();
        if (now - lastLook < INTERVAL.toNanos()) {
            return;
        }
        lastLook = now;
        Set<?> slow = before;
        before = new HashSet<>(underWay.all());
        if (before.stream().anyMatch(slow::contains) || now - lastSign > STILL_HERE.toNanos()) {
            try {
                place.node().showLife(name);
                lastSign = now;
            } catch (RegistrationLostException e) {
                registration.lost(e);
            } catch (SQLException e) {
                LOG.debug("node '{}' takes no sign of life", place.node().name(), e);
            }
        }
    }
}
