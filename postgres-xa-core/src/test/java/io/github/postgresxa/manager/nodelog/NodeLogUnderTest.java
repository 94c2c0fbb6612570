package io.github.postgresxa.manager.nodelog;

import io.github.postgresxa.gid.ManagerName;
import io.github.postgresxa.node.MonotonicClock;

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

    /** Does what is due every second. */
    public static void maintain(NodeLog log) {
        log.maintain();
    }
}
