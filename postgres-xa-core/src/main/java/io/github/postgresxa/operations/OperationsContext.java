package io.github.postgresxa.operations;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.decision.DecisionLog;
import java.time.Duration;

/**
 * What all operations on the same nodes share.
 *
 * @param queries queries all nodes at once
 * @param settings where decisions are kept
 * @param decisions reads and writes them
 * @param records keeps what an operator forces
 * @param next says what is left to do
 * @param leastAge how long a branch is left to its transaction manager
 */
record OperationsContext(
        NodeQueries queries,
        DecisionSettings settings,
        DecisionLog decisions,
        ForcedRecords records,
        NextSteps next,
        Duration leastAge) {}
