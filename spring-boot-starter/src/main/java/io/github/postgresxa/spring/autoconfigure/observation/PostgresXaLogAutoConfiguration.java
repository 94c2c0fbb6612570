package io.github.postgresxa.spring.autoconfigure.observation;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.autoconfigure.PostgresXaAutoConfiguration;
import io.github.postgresxa.spring.observation.TransactionIdInLog;
import io.github.postgresxa.spring.transaction.SpringTransactions;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configures the transaction's id in the log's context. */
@AutoConfiguration(after = PostgresXaAutoConfiguration.class)
@ConditionalOnBean(PostgresXa.class)
@ConditionalOnBooleanProperty(name = "postgres.xa.logging.transaction-id", matchIfMissing = true)
public final class PostgresXaLogAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    TransactionIdInLog postgresXaTransactionIdInLog(SpringTransactions transactions) {
        return new TransactionIdInLog(transactions::synchronizes);
    }
}
