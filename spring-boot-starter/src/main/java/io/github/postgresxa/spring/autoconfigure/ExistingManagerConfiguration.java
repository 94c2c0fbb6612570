package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.configuration.ManagerRules;
import io.github.postgresxa.spring.autoconfigure.PostgresXaProperties.Manager;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Uses the JTA transaction manager that the application or another starter defines, and starts no second one.
 *
 * <p>If that starter also defines Spring's JtaTransactionManager, it stays in use. Read-only transactions work the
 * same with it. It refuses isolation levels, unless a {@code TransactionManagerCustomizer<JtaTransactionManager>}
 * allows them.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBean(TransactionManager.class)
class ExistingManagerConfiguration {

    @Bean
    ManagerChoice postgresXaManagerChoice(
            PostgresXaProperties properties,
            TransactionManager manager,
            ObjectProvider<TransactionSynchronizationRegistry> registries) {
        if (properties.transactionManager() == Manager.ATOMIKOS) {
            throw ManagerRules.another(
                    "a bean of type jakarta.transaction.TransactionManager",
                    "Remove that bean or the starter that brings it, or set postgres.xa.transaction-manager=auto to use"
                            + " it.");
        }
        TransactionSynchronizationRegistry registry = registries.getIfUnique();
        if (registry == null) {
            throw new InvalidConfigurationException(
                    "There is a bean of type jakarta.transaction.TransactionManager, but not exactly one of type"
                            + " jakarta.transaction.TransactionSynchronizationRegistry.",
                    "Define the registry of the same transaction manager as a bean, or remove the transaction"
                            + " manager's bean to use an embedded one.");
        }
        return builder -> builder.transactionManager(manager, registry);
    }
}
