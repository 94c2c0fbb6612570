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
 * @param roundTrip how long the node usually takes to answer this process where it waits for no disk, from the latest
 *     answers; null while unknown
 * @param commitStep the same for a {@code PREPARE TRANSACTION} or a decision, which wait for the disk and perhaps for a
 *     standby. The homes of transactions are chosen by it
 */
public record NodeStatistics(
        String node,
        @Nullable Long decisionRows,
        @Nullable Duration oldestForeign,
        @Nullable Duration roundTrip,
        @Nullable Duration commitStep) {}
