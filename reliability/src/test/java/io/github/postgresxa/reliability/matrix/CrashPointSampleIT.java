package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.reliability.matrix.CrashPointSample.Part;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import org.junit.jupiter.api.Test;

/** Faults at the steps of transactions, of questions after a lost decision, and of work outside of transactions. */
@PostgresNodes({"east", "west", "north"})
class CrashPointSampleIT {

    @Test
    void keepsThePromiseAtSomeFaults(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        CrashPointSample.keepsThePromise(Part.OTHERS, east, west, north);
    }
}
