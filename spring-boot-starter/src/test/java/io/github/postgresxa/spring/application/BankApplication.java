package io.github.postgresxa.spring.application;

import io.github.postgresxa.test.PostgresNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An application with nodes. Each test starts it with the properties that it needs. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BankApplication {

    @Bean
    Bank bank(JdbcClient eastJdbcClient, JdbcClient westJdbcClient, ApplicationEventPublisher events) {
        return new Bank(eastJdbcClient, westJdbcClient, events);
    }

    /** Every node gets one account with 100. */
    public static void prepare(PostgresNode... nodes) {
        for (PostgresNode node : nodes) {
            node.execute(
                    "drop table if exists account",
                    "create table account (id int primary key, balance int not null)",
                    "insert into account values (1, 100)");
        }
    }

    public static long balance(PostgresNode node) {
        return node.queryForLong("select balance from account");
    }

    public static Starter on(PostgresNode... nodes) {
        return new Starter(nodes);
    }

    /** Builds one start of the application. */
    public static final class Starter {

        private final List<Class<?>> sources = new ArrayList<>(List.of(BankApplication.class));
        private final List<String> properties = new ArrayList<>();
        private WebApplicationType type = WebApplicationType.NONE;

        private Starter(PostgresNode... nodes) {
            with("spring.main.banner-mode=off", "logging.level.root=warn");
            with("postgres.xa.decision.home=first-used"); // However long the servers of this machine take.
            for (PostgresNode node : nodes) {
                String prefix = "postgres.xa.nodes." + node.name();
                with(
                        prefix + ".url=" + node.jdbcUrl(),
                        prefix + ".username=" + node.username(),
                        prefix + ".password=" + node.password());
            }
        }

        public Starter with(String... more) {
            properties.addAll(Arrays.asList(more));
            return this;
        }

        public Starter with(Class<?> source) {
            sources.add(source);
            return this;
        }

        public Starter serving() {
            type = WebApplicationType.SERVLET;
            return with("server.port=0");
        }

        public ConfigurableApplicationContext start() {
            String[] arguments =
                    properties.stream().map(property -> "--" + property).toArray(String[]::new);
            return new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
                    .web(type)
                    .run(arguments);
        }
    }
}
