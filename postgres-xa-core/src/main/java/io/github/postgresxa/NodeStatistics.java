package io.github.postgresxa;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of one node that change slowly, asked for every few seconds at most. For people and alarms; nothing is decided by them.
 *
 * @param node the node's configured name
 * @param decisionRows how many decisions the node keeps, estimated from the server's own statistics; null while unknown. A crash of the server resets
 *     them, until rows are written again or the table is analyzed
 * @param oldestForeign the age of the oldest prepared transaction on the server that is not ours, by the server's clock; null if there is none
 */
public record NodeStatistics(
        String node, @Nullable Long decisionRows, @Nullable Duration oldestForeign) {}
