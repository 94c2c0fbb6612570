package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.reliability.matrix.CrashPointSample.Part;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.Test;

/** Faults at the steps of recovery while another process recovers the same. */
@PostgresNodes({"east", "west", "north"})
class RivalsCrashPointSampleIT {

    @Test
    void keepsThePromiseAtSomeFaults(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        CrashPointSample.keepsThePromise(Part.RIVALS, east, west, north);
    }
}
