package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.autoconfigure.PostgresXaProperties.Manager;
import io.github.postgresxa.spring.transaction.OnlyTransactionManager;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets the core start Atomikos where there is no bean of a JTA transaction manager. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(TransactionManager.class)
class EmbeddedManagerConfiguration {

    @Bean
    ManagerChoice postgresXaManagerChoice(PostgresXaProperties properties) {
        if (properties.transactionManager() == Manager.NARAYANA) {
            throw noNarayana();
        }
        return builder -> {};
    }

    @Bean
    TransactionManager jakartaTransactionManager(PostgresXa xa) {
        return new OnlyTransactionManager(xa.transactionManager());
    }

    @Bean
    @ConditionalOnMissingBean
    TransactionSynchronizationRegistry transactionSynchronizationRegistry(PostgresXa xa) {
        return xa.transactionSynchronizationRegistry();
    }

    private static InvalidConfigurationException noNarayana() {
        return new InvalidConfigurationException(
                "postgres.xa.transaction-manager=narayana, but there is no bean of type"
                        + " jakarta.transaction.TransactionManager. This starter does not start Narayana itself.",
                "Add the dependency dev.snowdrop:narayana-spring-boot-starter, or define Narayana's TransactionManager"
                        + " and TransactionSynchronizationRegistry as beans. Or set"
                        + " postgres.xa.transaction-manager=auto: then it is the embedded Atomikos.");
    }
}
