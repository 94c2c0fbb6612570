package io.github.postgresxa.samples.bank.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives the bank two servers if its configuration names none, before any bean needs their addresses.
 *
 * <p>They end after everything that uses them: after the last bean if the application context is closed, after all
 * contexts if the process is stopped.
 */
public final class EmbeddedNodesStarter implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

    private static final List<String> NODES = List.of("east", "west");
    private static final String PREFIX = "postgres.xa.nodes.";

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        var environment = event.getEnvironment();
        if (!hasNodes(environment)) {
            var nodes = new EmbeddedNodes(directory(environment), NODES);
            SpringApplication.getShutdownHandlers().add(nodes::close);
            closeAfterLastBean(event.getBootstrapContext(), nodes);
            nodes.start();
            environment.getPropertySources().addLast(new MapPropertySource("embeddedNodes", properties(nodes)));
        }
    }

    /** One address without the other is a mistake, and an embedded server would hide it. */
    private static boolean hasNodes(ConfigurableEnvironment environment) {
        var missing = new ArrayList<>(NODES);
        missing.removeIf(node -> environment.containsProperty(PREFIX + node + ".url"));
        if (missing.isEmpty() || missing.equals(NODES)) {
            return missing.isEmpty();
        }
        throw new IllegalStateException("%s%s.url is missing: name a server for each of %s, or for none of them"
                .formatted(PREFIX, missing.get(0), NODES));
    }

    /** The default is beside the classes or the jar, so in {@code target}, wherever the command was run. */
    private static Path directory(ConfigurableEnvironment environment) {
        var configured = environment.getProperty("bank.nodes.directory");
        if (configured != null) {
            return Path.of(configured);
        }
        var source = new ApplicationHome(EmbeddedNodesStarter.class).getSource();
        return source == null ? Path.of("target", "nodes") : source.toPath().resolveSibling("nodes");
    }

    /** Beans are destroyed in the opposite order of their registration, and nothing is registered before this. */
    private static void closeAfterLastBean(ConfigurableBootstrapContext bootstrap, EmbeddedNodes nodes) {
        bootstrap.addCloseListener(event -> {
            if (event.getApplicationContext().getBeanFactory() instanceof DefaultListableBeanFactory beans) {
                beans.registerSingleton("embeddedNodes", nodes);
                beans.registerDisposableBean("embeddedNodes", nodes::close);
            }
        });
    }

    /**
     * Where the nodes are, and defaults that suit a bank for demonstration. A property that the user sets wins.
     *
     * <p>Its page has buttons that break things, so it listens on loopback only. Recovery is a little more patient
     * than by default, so that people can watch, and the home stays where the page says that it is.
     */
    private static Map<String, Object> properties(EmbeddedNodes nodes) {
        var properties = new HashMap<String, Object>();
        nodes.proxies().forEach(way -> {
            properties.put(PREFIX + way.node().name() + ".url", way.jdbcUrl());
            properties.put(PREFIX + way.node().name() + ".username", way.node().username());
            properties.put(PREFIX + way.node().name() + ".password", way.node().password());
        });
        properties.put("server.address", "127.0.0.1");
        properties.put("bank.show.enabled", "true");
        properties.put("postgres.xa.recovery.grace", "5s");
        properties.put("postgres.xa.decision.home", "first-used");
        return properties;
    }
}
