package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import io.github.postgresxa.cdi.manager.ServerManagers;
import io.github.postgresxa.configuration.NamedNodes;
import io.github.postgresxa.health.NodeHealth;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transactions over the nodes are managed. */
final class ManagedNodes implements Mode {

    private final ApplicationConfiguration configuration;
    private final NamedNodes nodes;
    private final BeansThere there;
    private final Application application;
    private @Nullable MeterBeans meters;

    /**
     * @param there the beans of the application
     * @throws io.github.postgresxa.InvalidConfigurationException if a value is wrong
     */
    ManagedNodes(ApplicationConfiguration configuration, BeansThere there) {
        this.configuration = configuration;
        this.nodes = configuration.nodes();
        nodes.names().forEach(configuration.values()::node); // Reads every value.
        this.there = there;
        this.application = new Application(configuration);
    }

    @Override
    public void addBeans(AfterBeanDiscovery event) {
        new NodeBeans(event, application)
                .add(nodes, there, ServerManagers.find().isEmpty());
        if (Libraries.haveHealth()) {
            Duration threshold = configuration.values().duration("health.in-doubt-threshold");
            HealthBeans.addTo(
                    event,
                    nodes.names(),
                    node -> NodeHealth.of(
                            node, application.xa().nodes(), application.xa().inDoubt(), threshold));
            HealthBeans.addRecoveryTo(event, application);
        }
    }

    @Override
    public void start(BeanManager beans) {
        List<PostgresXaCustomizer> customizers = new ArrayList<>();
        MeterBeans found = Libraries.haveMicrometer() ? MeterBeans.in(beans) : null;
        if (found != null) {
            customizers.add(
                    found.ofTransactions(application::xa, configuration.values().number("metrics.transaction-names")));
        }
        beans.createInstance().select(PostgresXaCustomizer.class).forEach(customizers::add);
        application.start(there.manager(beans).or(ServerManagers::find), customizers);
        if (found != null) {
            meters = found;
            found.bind(application.xa().name());
        }
    }

    @Override
    public void ready() {
        application.examine();
    }

    @Override
    public void requestEnds() {
        application.clearLogContext();
    }

    @Override
    public void settle() {
        application.settle();
    }

    @Override
    public void end() {
        try {
            MeterBeans bound = meters;
            if (bound != null) {
                bound.remove();
            }
        } finally {
            application.close();
        }
    }
}
