package io.github.postgresxa.test.manager;

/**
 * What applications may rely on under any JTA transaction manager. Each manager has a subclass, whose name decides when
 * it runs; every test is inherited.
 *
 * <pre>{@code
 * class OurManagerContractIT extends JtaManagerContract {
 *     @Override
 *     protected ManagedApplication start(List<NodeAddress> nodes) {
 *         PostgresXa.Builder builder = PostgresXa.builder()
 *                 .home("first-used")
 *                 .closeLimit(Duration.ofSeconds(1))
 *                 .recovery(new RecoverySettings(true, Duration.ofMillis(200), Duration.ofMillis(600)))
 *                 .transactionManager(ourManager, ourRegistry);
 *         nodes.forEach(n -> builder.node(n.name(), n.jdbcUrl(), n.username(), n.password()));
 *         return …;
 *     }
 * }
 * }</pre>
 *
 * <p>The nodes are started in this process, also within an application server. One application serves all tests;
 * those about its end start it again.
 */
public abstract class JtaManagerContract extends ManagerSuite
        implements DemarcationClaims,
                RollbackOnlyClaims,
                SuspensionClaims,
                SynchronizationClaims,
                RegistryClaims,
                ConnectionClaims,
                TimeoutClaims,
                OutcomeClaims,
                InterruptClaims,
                LifecycleClaims {

    /** Creates the suite; JUnit does. */
    protected JtaManagerContract() {}
}
