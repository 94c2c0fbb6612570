package io.github.postgresxa.samples.bank.show;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a page shows apart from news and steps.
 *
 * @param embedded whether there are buttons that break things
 * @param audit the money
 * @param nodes each node's health
 * @param waiting prepared branches that wait
 * @param underWay transactions of the bank that have been in progress for a moment
 * @param counts the transactions that have ended
 * @param load whether transfers are made automatically
 * @param hold the decision that is held: {@code none}, {@code starting}, {@code held} or {@code late} (recovery has
 *     decided meanwhile)
 * @param coordinator the second process: {@code none}, {@code starting}, {@code ready}, {@code working} or {@code
 *     dead}
 */
record DashboardState(
        boolean embedded,
        Audit audit,
        List<NodeView> nodes,
        List<Waiting> waiting,
        List<UnderWay> underWay,
        Counts counts,
        boolean load,
        String hold,
        String coordinator) {

    /**
     * One node.
     *
     * @param name its name
     * @param condition {@code up}, {@code down}, {@code frozen}, {@code cut}, or {@code silent} if it should run but
     *     does not answer
     * @param version its server's version
     * @param problem why it cannot take part, if it cannot
     */
    record NodeView(
            String name,
            String condition,
            @Nullable String version,
            @Nullable String problem) {}

    /**
     * A prepared branch that waits for its end.
     *
     * @param node its node
     * @param id its transaction
     * @param seconds how long it has waited
     * @param doubt whether recovery has asked its home and got no answer
     * @param reason why it waits
     */
    record Waiting(String node, String id, long seconds, boolean doubt, String reason) {}

    /**
     * A transaction of the bank.
     *
     * @param id its id
     * @param phase its phase
     * @param seconds its age
     * @param nodes the nodes that it uses
     */
    record UnderWay(String id, String phase, long seconds, List<String> nodes) {}
}
