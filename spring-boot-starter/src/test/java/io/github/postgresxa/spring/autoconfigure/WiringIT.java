package io.github.postgresxa.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.spring.application.Bank;
import io.github.postgresxa.spring.application.BankApplication;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Checks which beans there are, and that each of them uses the node in its name. */
@PostgresNodes({"east", "west"})
class WiringIT {

    @Test
    void everyNodeHasItsBeansAndTheFirstIsPrimary(PostgresNode east, PostgresNode west) {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            assertThat(portOf(application.getBean("eastJdbcClient", JdbcClient.class)))
                    .isEqualTo(portSeenBy(east));
            assertThat(portOf(application.getBean("westJdbcClient", JdbcClient.class)))
                    .isEqualTo(portSeenBy(west));
            assertThat(application.getBean(DataSource.class)).isSameAs(application.getBean("eastDataSource"));
            assertThat(application.getBean(JdbcClient.class)).isSameAs(application.getBean("eastJdbcClient"));
            assertThat(application.getBean("jdbcTemplate", JdbcTemplate.class).getDataSource())
                    .isSameAs(application.getBean("eastDataSource"));
            assertThat(application.getBeanNamesForType(DataSource.class))
                    .containsExactlyInAnyOrder("eastDataSource", "westDataSource");
        }
    }

    @Test
    void anotherNodeCanBePrimary(PostgresNode east, PostgresNode west) {
        try (ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with("postgres.xa.primary=west")
                .with(Injected.class)
                .start()) {
            Injected.Points points = application.getBean(Injected.Points.class);

            assertThat(portOf(points.unqualified())).isEqualTo(portSeenBy(west));
            assertThat(portOf(points.qualified())).isEqualTo(portSeenBy(east));
            assertThat(portOf(points.eastJdbcClient())).as("by its name").isEqualTo(portSeenBy(east));
            assertThat(portOf(points.westJdbcClient())).as("by its name").isEqualTo(portSeenBy(west));
            assertThat(points.eastDataSource()).isSameAs(application.getBean("eastDataSource"));
        }
    }

    @Test
    void theBeansOfJtaSpeakOfTheSameTransaction(PostgresNode east, PostgresNode west) throws Exception {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).start()) {
            UserTransaction userTransaction = application.getBean(UserTransaction.class);
            userTransaction.begin();

            assertThat(application.getBean(TransactionManager.class).getTransaction())
                    .isSameAs(application
                            .getBean(PostgresXa.class)
                            .transactionManager()
                            .getTransaction())
                    .isNotNull();
            assertThat(application
                            .getBean(TransactionSynchronizationRegistry.class)
                            .getTransactionKey())
                    .isNotNull();
            userTransaction.rollback();
        }
    }

    @Test
    void addressesCanComeFromElsewhere(PostgresNode east, PostgresNode west) {
        try (ConfigurableApplicationContext application = BankApplication.on()
                .with("postgres.xa.nodes.east.pool.max-size=3", "postgres.xa.nodes.west.pool.max-size=4")
                .with(Platform.class)
                .start()) {
            assertThat(portOf(application.getBean("westJdbcClient", JdbcClient.class)))
                    .isEqualTo(portSeenBy(west));
            assertThat(application
                            .getBean(PostgresXa.class)
                            .pool("east")
                            .settings()
                            .maxSize())
                    .isEqualTo(3);
        }
    }

    @Test
    void theApplicationHasTheLastWord(PostgresNode east, PostgresNode west) {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).with(LastWord.class).start()) {
            assertThat(application.getBean(LastWord.class).calls).containsExactly("first", "second");
        }
    }

    @Test
    void listenersAreBeans(PostgresNode east, PostgresNode west) {
        try (ConfigurableApplicationContext application =
                BankApplication.on(east, west).with(Listening.class).start()) {
            application
                    .getBean(TransactionTemplate.class)
                    .executeWithoutResult(status -> portOf(application.getBean("eastJdbcClient", JdbcClient.class)));

            assertThat(application.getBean(Listening.class).outcomes).containsExactly("COMMITTED");
        }
    }

    /** Runs as Flyway and Liquibase do: while beans are created, through the node's own DataSource. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aMigrationCanBringTheSchema(PostgresNode east, PostgresNode west, CapturedOutput output) {
        try (ConfigurableApplicationContext application = BankApplication.on(east, west)
                .with("postgres.xa.decision.initialize-schema=never", "postgres.xa.decision.schema=migrated")
                .with(Migration.class)
                .start()) {
            BankApplication.prepare(east, west);
            application.getBean(Bank.class).transfer(1);

            assertThat(BankApplication.balance(west)).isEqualTo(101);
            assertThat(output.getAll()).doesNotContain("WARN");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Migration {

        @Bean
        InitializingBean migration(Map<String, DataSource> nodes) {
            return () -> {
                for (DataSource node : nodes.values()) {
                    try (Connection connection = node.getConnection();
                            Statement statement = connection.createStatement()) {
                        statement.execute(Operations.ddl("migrated"));
                    }
                }
            };
        }
    }

    private static String portOf(JdbcClient client) {
        return client.sql("show port").query(String.class).single();
    }

    private static String portSeenBy(PostgresNode node) {
        return node.queryForString("show port");
    }

    @Configuration(proxyBeanMethods = false)
    static class Injected {

        record Points(
                JdbcClient unqualified,
                JdbcClient qualified,
                JdbcClient eastJdbcClient,
                JdbcClient westJdbcClient,
                DataSource eastDataSource) {}

        @Bean
        Points points(
                JdbcClient unqualified,
                @Qualifier("eastJdbcClient") JdbcClient qualified,
                JdbcClient eastJdbcClient,
                JdbcClient westJdbcClient,
                @Qualifier("eastDataSource") DataSource eastDataSource) {
            return new Points(unqualified, qualified, eastJdbcClient, westJdbcClient, eastDataSource);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Platform {

        @Bean
        PostgresXaConnectionDetails platform() {
            return name -> {
                PostgresNode node = PostgresNode.of(name);
                return new PostgresXaConnectionDetails.Node(node.jdbcUrl(), node.username(), node.password());
            };
        }
    }

    @Configuration
    static class LastWord {

        final List<String> calls = new ArrayList<>();

        @Bean
        @Order(2)
        PostgresXaCustomizer second() {
            return builder -> {
                calls.add("second");
                builder.recovery(new RecoverySettings(false, Duration.ofSeconds(1), Duration.ofSeconds(2)));
            };
        }

        @Bean
        @Order(1)
        PostgresXaCustomizer first() {
            return builder -> calls.add("first");
        }
    }

    @Configuration
    static class Listening {

        final List<String> outcomes = new ArrayList<>();

        @Bean
        XaListener listener() {
            return new XaListener() {
                @Override
                public void finished(
                        TransactionId id,
                        io.github.postgresxa.Outcome outcome,
                        int branches,
                        int prepared,
                        Duration commitTime) {
                    outcomes.add(outcome.name());
                }
            };
        }
    }
}
