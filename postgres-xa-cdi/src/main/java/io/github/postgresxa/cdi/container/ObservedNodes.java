package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.lifecycle.Observing;
import io.github.postgresxa.health.NodeHealth;
import io.github.postgresxa.operations.Observer;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions of another manager are observed. There is no DataSource, no manager and no recovery. */
final class ObservedNodes implements Mode {

    private final ApplicationConfiguration configuration;
    private final List<String> nodes;
    private final Observing observing;
    private @Nullable MeterBeans meters;

    /**
     * @throws io.github.postgresxa.InvalidConfigurationException if a value is wrong
     */
    ObservedNodes(ApplicationConfiguration configuration) {
        this.configuration = configuration;
        this.nodes = configuration.nodes().names();
        nodes.forEach(configuration.values()::node); // Reads every value.
        this.observing = new Observing(configuration);
    }

    @Override
    public void addBeans(AfterBeanDiscovery event) {
        event.<Observer>addBean()
                .id("postgres-xa observer")
                .beanClass(ObservedNodes.class)
                .types(Observer.class, Object.class)
                .qualifiers(Any.Literal.INSTANCE, Default.Literal.INSTANCE)
                .scope(Dependent.class)
                .createWith(context -> observing.observer());
        if (Libraries.haveHealth()) {
            Duration threshold = configuration.values().duration("health.in-doubt-threshold");
            HealthBeans.addTo(
                    event,
                    nodes,
                    node -> NodeHealth.ofObserved(node, observing.observer().nodes(), threshold));
        }
    }

    @Override
    public void start(BeanManager beans) {
        observing.start();
        MeterBeans found = Libraries.haveMicrometer() ? MeterBeans.in(beans) : null;
        if (found != null) {
            meters = found;
            found.ofObserved(observing.observer());
            found.bind(observing.observer().name());
        }
    }

    @Override
    public void ready() {
        observing.examine();
    }

    @Override
    public void requestEnds() {
        // It has no transaction of ours.
    }

    @Override
    public void settle() {
        // The transactions are another manager's.
    }

    @Override
    public void end() {
        try {
            MeterBeans bound = meters;
            if (bound != null) {
                bound.remove();
            }
        } finally {
            observing.close();
        }
    }
}
