package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.prepared.ManagerRecovery;

/** The log of a manager whose name and time the test chooses. */
public final class NodeLogUnderTest {

    private NodeLogUnderTest() {}

    /**
     * Creates the log of a manager that starts now.
     *
     * @param name the manager's name
     * @param underWay its transactions
     * @param clock the time
     * @return the log
     */
    public static NodeLog create(ManagerName name, UnderWay underWay, MonotonicClock clock) {
        return new NodeLog(name, underWay, clock);
    }

    /**
     * Creates the recovery of an instance.
     *
     * @param log the log of its manager
     * @param recovery of the instance
     * @param others the resources beside the nodes
     * @param clock the time
     * @return the recovery
     */
    public static NodeLogRecovery recovery(
            NodeLog log, ManagerRecovery recovery, Resources others, MonotonicClock clock) {
        return new NodeLogRecovery(log, recovery, others, clock);
    }
}
