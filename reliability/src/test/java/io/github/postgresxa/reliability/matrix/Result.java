package io.github.postgresxa.reliability.matrix;

import java.time.Duration;
import java.util.Map;

/**
 * The result of a scenario.
 *
 * @param scenario the scenario
 * @param told the reply to the caller
 * @param durable whether the transfer is there
 * @param settled how long it took from the end of the fault until nothing was prepared or locked
 * @param took how long the scenario took with all checks
 * @param violations the broken promises, each with a sentence
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
