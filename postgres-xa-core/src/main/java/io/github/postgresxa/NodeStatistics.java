package io.github.postgresxa;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Figures of one node that change slowly, read every few seconds at most. They serve people and alarms; no decision
 * depends on them.
 *
 * @param node the node's configured name
 * @param decisionRows how many decisions the node keeps, estimated from the server's own statistics; null while
 *     unknown. A crash of the server resets the estimate until rows are written again or the table is analyzed
 * @param oldestForeign the age, by the server's clock, of the oldest prepared transaction on the server that is not
 *     ours; null if there is none
 */
public record NodeStatistics(
        String node, @Nullable Long decisionRows, @Nullable Duration oldestForeign) {}
