package io.github.postgresxa.spring.transaction;

import java.time.Duration;

/**
 * A transaction definition with a timeout in fractions of a second. {@code TransactionDefinition.getTimeout} counts in
 * whole seconds; {@link PostgresXaTransactionManager} prefers this. {@link XaTransactionTemplate} is one; your own
 * definition for {@code PlatformTransactionManager.getTransaction} can be another.
 *
 * <p>An annotated method has it as a label: {@code @Transactional(label = "postgres.xa.timeout=500ms")}.
 */
@FunctionalInterface
public interface ExactTimeout {

    /** {@return the timeout; zero or less for the default one} */
    Duration exactTimeout();
}
