package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.reliability.matrix.CrashPointSample.Part;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.Test;

/** The application is killed at every step of a transaction with two writers. */
@PostgresNodes({"east", "west", "north"})
class KillSampleIT {

    @Test
    void keepsThePromiseAtEveryKillAndAtSomeOtherFaults(PostgresNode east, PostgresNode west, PostgresNode north)
            throws Exception {
        CrashPointSample.keepsThePromise(Part.KILLS, east, west, north);
    }
}
