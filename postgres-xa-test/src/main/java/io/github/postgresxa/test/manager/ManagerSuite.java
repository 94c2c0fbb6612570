package io.github.postgresxa.test.manager;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** One application that serves all tests of a class. */
@PostgresNodes({"east", "west", "north"})
@TestInstance(Lifecycle.PER_CLASS)
abstract class ManagerSuite implements Claims {

    private TestBed bed;

    /**
     * Starts an application over the nodes. The home is the node that a transaction uses first, a shutdown waits a
     * second for transactions, recovery leaves a branch to its coordinator for less than a second, and the default
     * timeout of transactions is more than 20 s.
     *
     * @param nodes east, west and north
     * @return the application; the suite closes it
     * @throws Exception if it does not start; the suite fails then
     */
    protected abstract ManagedApplication start(List<NodeAddress> nodes) throws Exception;

    /** {@return what the manager does differently, see {@link KnownManager}; nothing by default} */
    protected Set<Difference> differences() {
        return Set.of();
    }

    @BeforeAll
    final void startApplication(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        bed = new TestBed(this::start, differences(), east, west, north);
    }

    @BeforeEach
    final void openAccounts() {
        bed.reset();
    }

    @AfterEach
    final void checkThatNothingIsLeft() throws Exception {
        bed.nothingIsLeft();
    }

    @AfterAll
    final void closeApplication() {
        bed.close();
    }

    @Override
    public final TestBed bed() {
        return bed;
    }
}
