package io.github.postgresxa.spring.transaction;

import static io.github.postgresxa.spring.application.BankApplication.balance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The application defines Narayana's objects as beans, or a starter does so. */
@Tag("narayana")
@PostgresNodes({"east", "west"})
class NarayanaBeansIT {

    @BeforeEach
    void accounts(PostgresNode east, PostgresNode west) {
        BankApplication.prepare(east, west);
    }

    @Test
    void areUsedInsteadOfAnEmbeddedOne(PostgresNode east, PostgresNode west) {
        for (String manager : new String[] {"auto", "narayana"}) {
            try (ConfigurableApplicationContext application = BankApplication.on(east, west)
                    .with(Narayana.class)
                    .with("postgres.xa.transaction-manager=" + manager)
                    .start()) {
                assertThat(application.getBean(PostgresXa.class).transactionManager())
                        .isSameAs(application.getBean("narayana"));
                Bank bank = application.getBean(Bank.class);
                bank.transfer(1);
                assertThatThrownBy(() -> bank.transferAndFail(1)).hasMessage("changed my mind");
            }
        }
        assertThat(balance(east)).isEqualTo(98);
        assertThat(balance(west)).isEqualTo(102);
    }

    @Configuration(proxyBeanMethods = false)
    static class Narayana {

        @Bean
        TransactionManager narayana() {
            com.arjuna
                    .ats
                    .arjuna
                    .common
                    .arjPropertyManager
                    .getObjectStoreEnvironmentBean()
                    .setObjectStoreDir("target/narayana");
            com.arjuna
                    .ats
                    .arjuna
                    .common
                    .arjPropertyManager
                    .getCoordinatorEnvironmentBean()
                    .setTransactionStatusManagerEnable(false);
            return com.arjuna.ats.jta.TransactionManager.transactionManager();
        }

        @Bean
        TransactionSynchronizationRegistry registry() {
            return new com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple();
        }
    }
}
