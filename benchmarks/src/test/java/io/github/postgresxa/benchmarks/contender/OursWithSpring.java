package io.github.postgresxa.benchmarks.contender;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.benchmarks.work.Transfer;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/**
 * A Spring Boot application with this project's starter: a {@code @Transactional} method and a {@code JdbcClient} per
 * node. Whether something observes it depends on the class path.
 */
final class OursWithSpring implements Contender {

    private static final String NODES = "benchmark.nodes";

    private final ConfigurableApplicationContext context;
    private final Mover mover;

    OursWithSpring(Setting setting) {
        this(setting, Application.class);
    }

    private OursWithSpring(Setting setting, Class<?>... configuration) {
        this.context = new SpringApplicationBuilder(configuration)
                .web(WebApplicationType.NONE)
                .properties(properties(setting))
                .properties("postgres.xa.transaction-manager="
                        + (List.of(configuration).contains(Narayana.class) ? "narayana" : "atomikos"))
                .run();
        Ours.awaitFilled(context.getBean(PostgresXa.class), setting);
        this.mover = context.getBean(Mover.class);
    }

    /** {@return the same under a transaction manager that the application brings} */
    static Stack underNarayana(Path directory) throws Exception {
        NarayanaStack.configure(directory);
        return setting -> new OursWithSpring(setting, Application.class, Narayana.class);
    }

    private static Map<String, Object> properties(Setting setting) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.main.banner-mode",
                "off",
                "spring.main.register-shutdown-hook",
                "false",
                "spring.application.name",
                "benchmark",
                NODES,
                String.join(
                        ",", setting.nodes().stream().map(Setting.Address::name).toList())));
        for (Setting.Address node : setting.nodes()) {
            String prefix = "postgres.xa.nodes." + node.name() + ".";
            properties.put(prefix + "url", node.url());
            properties.put(prefix + "username", Setting.Address.USER);
            properties.put(prefix + "password", Setting.Address.USER);
            properties.put(prefix + "pool.max-size", setting.most());
            properties.put(prefix + "pool.min-size", setting.clients());
            properties.put(prefix + "pool.acquisition-timeout", "30s");
        }
        if (setting.quiet()) {
            properties.put("postgres.xa.recovery.interval", "5m");
            properties.put("postgres.xa.doctor.at-start", "false");
        }
        return properties;
    }

    @Override
    public long run(Transfer transfer) {
        return transfer.readOnly() ? mover.look(transfer) : mover.move(transfer);
    }

    @Override
    public void close() {
        context.close();
    }

    /** The application. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Collector.class)
    static class Application {

        @Bean
        Mover mover(Environment environment, ApplicationContext context) {
            return new Mover(List.of(environment.getRequiredProperty(NODES).split(",")).stream()
                    .map(node -> context.getBean(node + "JdbcClient", JdbcClient.class))
                    .toList());
        }
    }

    /** Takes the spans of a tracer, if there is one. By default it samples a tenth of all traces. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SpanExporter.class)
    static class Collector {

        @Bean
        SpanExporter collector() {
            return SpanExporter.composite();
        }
    }

    /** Its own transaction manager. */
    @Configuration(proxyBeanMethods = false)
    static class Narayana {

        @Bean
        TransactionManager narayana() {
            return com.arjuna.ats.jta.TransactionManager.transactionManager();
        }

        @Bean
        TransactionSynchronizationRegistry registry() {
            return new TransactionSynchronizationRegistryImple();
        }
    }

    /** Its service. */
    static class Mover {

        private final List<JdbcClient> nodes;

        Mover(List<JdbcClient> nodes) {
            this.nodes = nodes;
        }

        /** {@return when the work was done} */
        @Transactional(readOnly = true)
        public long look(Transfer transfer) {
            return work(transfer);
        }

        /** {@return when the work was done} */
        @Transactional
        public long move(Transfer transfer) {
            return work(transfer);
        }

        private long work(Transfer transfer) {
            for (int node = 0; node < transfer.nodes(); node++) {
                JdbcClientWork.run(nodes.get(node), transfer, node);
            }
            return System.nanoTime();
        }
    }
}
