package io.github.postgresxa.test.manager;

import org.springframework.transaction.PlatformTransactionManager;

/**
 * What applications may rely on with Spring's transactions over any JTA transaction manager. Each way to set them up
 * has a subclass. It needs {@code org.springframework:spring-tx}.
 */
public abstract class SpringManagerContract extends ManagerSuite implements PropagationClaims {

    /** Creates the suite; JUnit does. */
    protected SpringManagerContract() {}

    /** {@return the transaction manager of the application that runs} */
    @Override
    public abstract PlatformTransactionManager springTransactions();
}
