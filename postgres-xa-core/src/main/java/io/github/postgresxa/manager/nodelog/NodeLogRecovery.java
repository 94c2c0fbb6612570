package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.decision.ManagerLogNode;
import io.github.postgresxa.gid.ManagerIds;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.prepared.ManagerRecovery;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import javax.transaction.xa.XAResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one instance does again and again for transactions with another resource. Each task runs by itself: a broker
 * that does not answer delays neither what waits on the nodes, nor the signs of life. Where nothing but nodes ever
 * takes part, no task asks anything.
 */
public final class NodeLogRecovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLogRecovery.class);

    private static final Duration ENDED = Duration.ofHours(1);
    private static final Duration EXPIRY = Duration.ofDays(30);
    private static final Duration BETWEEN_EXPIRIES = Duration.ofHours(1);

    private final NodeLog own;
    private final List<ManagerLogNode> nodes;
    private final Resources others;
    private final boolean endsOthers;
    private final MonotonicClock clock;
    private final BranchRecovery onNodes;
    private final BranchRecovery elsewhere;
    private volatile long expired;

    /**
     * Creates the recovery of one instance, and lets its nodes keep the manager's log.
     *
     * @param own the log of this process's manager
     * @param recovery of the instance
     * @param others the resources beside the nodes that the application has made known to the manager
     */
    public NodeLogRecovery(NodeLog own, ManagerRecovery recovery, Resources others) {
        this(own, recovery, others, MonotonicClock.SYSTEM);
    }

    NodeLogRecovery(NodeLog own, ManagerRecovery recovery, Resources others, MonotonicClock clock) {
        this.own = own;
        this.nodes = List.copyOf(recovery.managerLogNodes());
        this.others = others;
        this.endsOthers = recovery.isEnabled();
        this.clock = clock;
        this.expired = clock.nanos();
        this.onNodes = new BranchRecovery(own, branches(recovery), recovery.grace(), endsOthers, clock);
        this.elsewhere = new BranchRecovery(own, others, recovery.grace(), endsOthers, clock);
        own.registration().nodes().addAll(nodes);
    }

    private static Resources branches(ManagerRecovery recovery) {
        XAResource all = recovery.forManager(xid -> ManagerIds.manager(xid).isPresent());
        return new Resources() {
            @Override
            public boolean areThere() {
                return recovery.listsForManagers();
            }

            @Override
            public Collection<XAResource> open() {
                return List.of(all);
            }
        };
    }

    /** {@return what has to be done again and again} */
    public List<JtaManager.Task> tasks() {
        if (own == NodeLog.ofNoManager() && !endsOthers) {
            return List.of();
        }
        return List.of(
                new JtaManager.Task(() -> own.isRegistered() || others.areThere(), this::maintain),
                new JtaManager.Task(this::mayExpire, this::expire),
                new JtaManager.Task(onNodes::isDue, onNodes::tick),
                new JtaManager.Task(elsewhere::isDue, this::recoverElsewhere));
    }

    private void maintain() {
        if (others.areThere()) {
            own.registerEarly();
        }
        own.maintain();
    }

    private boolean mayExpire() {
        return endsOthers && own.isRegistered() && clock.nanos() - expired >= BETWEEN_EXPIRIES.toNanos();
    }

    private void expire() {
        expired = clock.nanos();
        nodes.forEach(NodeLogRecovery::expire);
    }

    private static void expire(ManagerLogNode node) {
        try {
            node.expire(ENDED, EXPIRY);
        } catch (SQLException e) {
            LOG.debug("node '{}' keeps old names of transaction managers", node.name(), e);
        }
    }

    /** For all instances of a process these are the same resources, and not all of them bear two threads. */
    private void recoverElsewhere() {
        if (own.elsewhere().take()) {
            try {
                elsewhere.tick();
            } finally {
                own.elsewhere().release();
            }
        }
    }

    /** Ends nothing more, and takes the nodes of this instance back. */
    @Override
    public void close() {
        onNodes.close();
        elsewhere.close();
        own.registration().nodes().removeAll(nodes);
    }
}
