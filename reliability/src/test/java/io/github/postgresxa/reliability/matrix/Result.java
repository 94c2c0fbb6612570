package io.github.postgresxa.reliability.matrix;

import java.time.Duration;
import java.util.Map;

/**
 * What came of a scenario.
 *
 * @param scenario the scenario
 * @param told what the caller was told
 * @param durable whether the transfer is there
 * @param settled how long it took from the end of the fault until nothing was prepared or locked
 * @param took how long the scenario took with all checks
 * @param violations what went wrong, each with a sentence
 * @param struck the message that was hit, empty if none was sent
 */
record Result(
        Scenario scenario,
        ReportedOutcome told,
        boolean durable,
        Duration settled,
        Duration took,
        Map<Violation, String> violations,
        String struck) {}
