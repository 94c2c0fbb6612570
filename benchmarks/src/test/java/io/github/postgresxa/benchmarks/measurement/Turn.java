package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Kind;
import io.github.postgresxa.benchmarks.scenario.Scenario;
import io.github.postgresxa.benchmarks.worker.Figures;
import java.util.Optional;

/**
 * One slice of one contender.
 *
 * @param scenario what was done
 * @param kind by whom
 * @param round in which round
 * @param place its position in the round
 * @param figures the measurement; empty if there is none
 * @param flushes forced flushes of the servers per transaction, those before and after the measured time included
 * @param problem what was wrong: failures, money made or lost, transactions left prepared; an empty text if nothing
 *     was
 */
public record Turn(
        Scenario scenario, Kind kind, int round, int place, Optional<Figures> figures, double flushes, String problem) {

    /** {@return whether it counts} */
    public boolean good() {
        return problem.isEmpty();
    }
}
