package io.github.postgresxa.spring.autoconfigure;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.transaction.OnlyTransactionManager;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets the core start Narayana or Atomikos where there is no bean of a JTA transaction manager. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(TransactionManager.class)
class EmbeddedManagerConfiguration {

    @Bean
    ManagerChoice postgresXaManagerChoice(PostgresXaProperties properties) {
        return builder ->
                builder.transactionManager(properties.transactionManager().toSettings());
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
}
