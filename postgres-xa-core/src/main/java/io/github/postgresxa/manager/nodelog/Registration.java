package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.decision.RegistrationLostException;
import io.github.postgresxa.decision.UnconfirmedCommitException;
import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.MonotonicClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a manager is registered: on one node, the first that answers. If the reply of one is lost, the manager is
 * registered there or nowhere, so no other one is tried.
 */
final class Registration {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLog.class);

    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final ManagerName name;
    private final MonotonicClock clock;
    private final List<ManagerLogNode> nodes = new CopyOnWriteArrayList<>();
    private volatile @Nullable Place registered;
    private volatile @Nullable SQLException lost;
    private @Nullable Place tried;
    private @Nullable SQLException failure;
    private volatile boolean failed;
    private volatile long failedAt;

    Registration(ManagerName name, MonotonicClock clock) {
        this.name = name;
        this.clock = clock;
    }

    /**
     * A node with the manager's log.
     *
     * @param number of the registration there; 0 before it was answered
     */
    record Place(ManagerLogNode node, NodeIdentity identity, long number) {}

    /** {@return the nodes of all instances of this process, in the order in which they are tried} */
    List<ManagerLogNode> nodes() {
        return nodes;
    }

    /**
     * {@return the place; null if there is none, as far as is known} If the instance is closed that has brought the
     * node, it is reached as another one reaches it.
     */
    @Nullable
    Place place() {
        Place known = registered;
        if (known == null || nodes.contains(known.node())) {
            return known;
        }
        for (ManagerLogNode node : nodes) {
            try {
                if (node.identity().equals(known.identity())) {
                    return new Place(node, known.identity(), known.number());
                }
            } catch (SQLException e) {
                LOG.debug("node '{}' does not tell its identity", node.name(), e);
            }
        }
        return known;
    }

    /** {@return whether there is one} */
    boolean isThere() {
        return registered != null;
    }

    /** {@return whether an attempt is worth its time: none has failed a moment ago} */
    boolean isDue() {
        return registered == null && lost == null && !(failed && clock.nanos() - failedAt < PAUSE.toNanos());
    }

    /**
     * Registers the manager, unless that was done.
     *
     * @return the place
     * @throws SQLException if it is not registered, as far as is known, or not any more
     */
    Place require() throws SQLException {
        SQLException gone = lost;
        if (gone != null) {
            throw new SQLException(gone.getMessage(), gone.getSQLState(), gone);
        }
        Place known = place();
        return known != null ? known : registerOnce(clock.nanos());
    }

    /**
     * Registers, one thread at a time.
     *
     * @param came when the caller asked. Of those that wait for an attempt, none makes another one
     */
    private synchronized Place registerOnce(long came) throws SQLException {
        SQLException before = failure;
        if (before != null && failedAt - came >= 0) {
            throw new SQLException(before.getMessage(), before.getSQLState(), before);
        }
        Place known = registered;
        if (known == null) {
            failedAt = clock.nanos();
            failed = true; // As long as it is not done. Nobody has to wait for an attempt that may be in vain.
            try {
                known = register();
                registered = known;
                failed = false;
            } catch (SQLException e) {
                failure = e;
                throw e;
            } finally {
                failedAt = clock.nanos();
            }
        }
        return known;
    }

    private Place register() throws SQLException {
        Place again = tried;
        if (again != null) {
            return at(again);
        }
        SQLException last = new SQLException("no node is open");
        for (ManagerLogNode node : nodes) {
            try {
                tried = new Place(node, node.identity(), 0); // Whatever happens from here on, no other one.
                return at(tried);
            } catch (UnconfirmedCommitException e) {
                throw e;
            } catch (SQLException e) {
                tried = null; // It was certainly not registered.
                last = e;
            }
        }
        throw last;
    }

    private Place at(Place place) throws SQLException {
        Place done = new Place(place.node(), place.identity(), place.node().register(place.identity(), name));
        LOG.info(LogMessages.MANAGER_REGISTERED, name, place.node().name());
        return done;
    }

    /** Notes that the registration is gone. Another one under the same name would not know the rows of this one. */
    void lost(RegistrationLostException why) {
        if (lost == null) {
            lost = why;
            LOG.error(LogMessages.MANAGER_LOST, name, why.getMessage());
        }
    }

    /** Never registers. */
    void refuse() {
        lost = new SQLException("this transaction manager has its log elsewhere");
    }

    /** {@return whether the registration was there, and is gone} */
    boolean isLost() {
        return lost != null;
    }
}
