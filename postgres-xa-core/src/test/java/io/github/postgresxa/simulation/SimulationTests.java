package io.github.postgresxa.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The protocol's own code keeps its promises on every schedule of messages, losses and crashes that a seed
 * produces.
 */
class SimulationTests {

    private static final long SEED = Long.getLong("simulation.seed", 1);
    private static final long SCHEDULES = Long.getLong("simulation.schedules", 75_000);

    /** Nearly all schedules are those of one kind, so some of the others are rare. */
    private static final boolean EMBEDDED = Boolean.getBoolean("simulation.embedded");

    /** In so many schedules a run has to meet every kind of fault and of outcome. */
    private static final long ENOUGH_FOR_COUNTS = 75_000;

    private static final int SEVERAL = 100;

    @Test
    void noScheduleBreaksAnInvariantAndEveryKindOfFaultAndOfOutcomeIsAmongThem() throws Exception {
        Simulation.Result result = Simulation.run(SEED, SCHEDULES);
        System.out.printf("simulation.seed=%d: %s%n", SEED, result);
        assertThat(result.violation())
                .as("run Simulation <that seed> 1 tell, to read what happened")
                .isEmpty();
        if (SCHEDULES >= ENOUGH_FOR_COUNTS && !EMBEDDED) {
            for (String kind : KINDS) {
                assertThat(result.counts().getOrDefault(kind, 0)).as(kind).isGreaterThan(SEVERAL);
            }
            assertThat(result.counts()).containsKeys(RARE.toArray(String[]::new));
        }
    }

    private static final List<String> KINDS = List.of(
            "request lost",
            "reply lost",
            "message delayed",
            "process paused",
            "process killed",
            "backend terminated",
            "server crashed",
            "failover",
            "standby stalled",
            "wait for the standby cancelled",
            "finished by hand",
            "with another resource",
            "manager without a node",
            "commit ordered",
            "rollback ordered",
            "acknowledged when decided",
            "own write read",
            "xid assigned again",
            "restored",
            "restored and forgotten",
            "led astray",
            "with an embedded manager",
            "registration unanswered",
            "manager decided to commit",
            "manager's decision carried out",
            "sign of life",
            "rolled back by another process",
            "request to the broker lost",
            "request to the broker late",
            "reply of the broker lost",
            "alarms",
            "told COMMITTED",
            "told ROLLED_BACK",
            "told UNKNOWN");

    private static final List<String> RARE = List.of(
            "decision unanswered",
            "decision after the fence",
            "manager's decision refused",
            "manager's decision unknown",
            "committed by another process",
            "name expired");

    @Test
    void aSeedReplaysItsSchedule() {
        for (long seed = SEED; seed < SEED + 20; seed++) {
            assertThat(Simulation.story(seed)).isNotEmpty().isEqualTo(Simulation.story(seed));
        }
    }
}
