package io.github.postgresxa.quarkus.runtime;

import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import io.github.postgresxa.configuration.Configuration;
import io.github.postgresxa.configuration.NamedNodes;
import io.github.postgresxa.health.NodeHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** The nodes of a Quarkus application as its configuration has them at start. */
public final class RunningNodes {

    private final @Nullable Application application;
    private final ApplicationConfiguration configuration;

    private final List<PostgresXaCustomizer> customizers = new ArrayList<>();

    private RunningNodes(@Nullable Application application, ApplicationConfiguration configuration) {
        this.application = application;
        this.configuration = configuration;
    }

    static RunningNodes configured(List<String> known, String name) {
        ApplicationConfiguration configuration = ApplicationConfiguration.of(ConfigProvider.getConfig());
        if (!configuration.isEnabled()) {
            return new RunningNodes(null, configuration);
        }
        configuration.check();
        refuseObserving(configuration);
        NamedNodes nodes = configuration.nodes();
        sameNodes(known, nodes.names());
        nodes.names().forEach(node -> configuration.values().node(node));
        RunningNodes running = new RunningNodes(new Application(configuration), configuration);
        if (configuration.name().isEmpty()) {
            running.customize(builder -> builder.name(name));
        }
        return running;
    }

    private static void refuseObserving(ApplicationConfiguration configuration) {
        if (configuration.observes()) {
            throw new InvalidConfigurationException(
                    "postgres.xa.mode is 'observe', which the Quarkus extension cannot do.",
                    "Remove it, or observe the nodes with postgres-xa-cli and its option --observe.");
        }
    }

    /** Beans and checks of health are those of the build; a node without them would be one by mistake. */
    private static void sameNodes(List<String> known, List<String> configured) {
        List<String> added = new ArrayList<>(configured);
        added.removeAll(known);
        if (!added.isEmpty()) {
            throw new InvalidConfigurationException(
                    "The node '%s' was not known when the application was built. The nodes are '%s'."
                            .formatted(added.get(0), String.join("', '", new TreeSet<>(known))),
                    ("Quarkus makes beans when it builds: let one of the node's keys be in application.properties then,"
                                    + " for example postgres.xa.nodes.%1$s.url=${%2$s_URL}. Or remove what begins with"
                                    + " postgres.xa.nodes.%1$s.")
                            .formatted(added.get(0), added.get(0).toUpperCase(Locale.ROOT)));
        }
        for (String node : known) {
            if (!configured.contains(node)) {
                throw Configuration.noUrl(node);
            }
        }
    }

    Optional<Application> application() {
        return Optional.ofNullable(application);
    }

    PostgresXa xa() {
        if (application == null) {
            throw new IllegalStateException(
                    "There are no nodes: postgres.xa.enabled is false. A bean that may live without them injects"
                            + " jakarta.enterprise.inject.Instance<PostgresXa>, and asks it later.");
        }
        return application.xa();
    }

    /**
     * Adds what the extension itself changes of the builder.
     *
     * @param customizer is called before those of the application
     */
    void customize(PostgresXaCustomizer customizer) {
        customizers.add(customizer);
    }

    List<PostgresXaCustomizer> customizers() {
        return customizers;
    }

    /** {@return the settings that are not those of the core} */
    Configuration settings() {
        return configuration.values();
    }

    NodeHealth seen(String node) {
        return NodeHealth.of(node, xa().nodes(), xa().inDoubt(), settings().duration("health.in-doubt-threshold"));
    }

    DataSource primary() {
        return xa().dataSource(configuration.nodes().primary());
    }
}
