package io.github.postgresxa.benchmarks.startup;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * An application without any code: what it does at its start follows from its class path. It reports how long that
 * took and which resources it uses, and ends.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Application {

    /** How long background work after the start takes to settle, in milliseconds. */
    private static final long SETTLE = 3_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** An application that wants a connection at its start, as a migration tool does. */
    @Bean
    @ConditionalOnProperty("connect")
    ApplicationRunner connect(ObjectProvider<DataSource> dataSources) {
        return arguments -> {
            for (DataSource dataSource : dataSources) {
                touch(dataSource);
            }
        };
    }

    private static void touch(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.isValid(1);
        }
    }

    /** Starts the application, prints its figures and ends. */
    public static void main(String[] arguments) throws Exception {
        AtomicLong ready = new AtomicLong();
        AtomicLong uptime = new AtomicLong();
        AtomicLong processor = new AtomicLong();
        AtomicLong mainThread = new AtomicLong();
        SpringApplication application = new SpringApplication(Application.class);
        application.addListeners((ApplicationListener<ApplicationReadyEvent>) event -> {
            ready.set(Objects.requireNonNull(event.getTimeTaken()).toMillis());
            uptime.set(ManagementFactory.getRuntimeMXBean().getUptime());
            processor.set(ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .map(Duration::toMillis)
                    .orElse(0L));
            mainThread.set(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / NANOS_PER_MILLI);
        });
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            Thread.sleep(SETTLE);
            long resident = resident();
            System.gc();
            System.gc();
            System.out.printf(
                    "MEASURED %d %d %d %d %d %d %d %d %d%n",
                    ready.get(),
                    uptime.get(),
                    processor.get(),
                    mainThread.get(),
                    resident,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    context.getBeanDefinitionCount());
        }
    }

    private static long resident() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(l -> l.startsWith("VmRSS"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        }
    }
}
