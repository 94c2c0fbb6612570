package io.github.postgresxa.cdi.container;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import io.github.postgresxa.cdi.metrics.ApplicationMeters;
import io.github.postgresxa.cdi.transactional.TransactionalName;
import io.github.postgresxa.metrics.ObserverMetrics;
import io.github.postgresxa.metrics.PostgresXaMetrics;
import io.github.postgresxa.operations.Observer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters, if a {@link MeterRegistry} is a bean. Only where Micrometer's classes are. */
final class MeterBeans {

    private static final Logger LOG = LoggerFactory.getLogger(MeterBeans.class);

    private final MeterRegistry registry;
    private @Nullable MeterBinder meters;
    private @Nullable ApplicationMeters bound;

    private MeterBeans(MeterRegistry registry) {
        this.registry = registry;
    }

    /** {@return where meters are registered; null if no registry is a bean, or several are} */
    static @Nullable MeterBeans in(BeanManager beans) {
        Instance<MeterRegistry> registries = beans.createInstance().select(MeterRegistry.class);
        if (registries.isAmbiguous()) {
            LOG.warn("Several beans are a MeterRegistry, so no meter is registered. Let one of them have the"
                    + " qualifier @Default, for example one that is composed of the others.");
        }
        return registries.isResolvable() ? new MeterBeans(registries.get()) : null;
    }

    PostgresXaCustomizer ofTransactions(Supplier<PostgresXa> xa, int names) {
        PostgresXaMetrics made = new PostgresXaMetrics(xa, names, () -> TransactionalName.current(xa.get()));
        meters = made;
        return builder -> builder.listener(made);
    }

    void ofObserved(Observer observer) {
        meters = new ObserverMetrics(observer);
    }

    void bind(String application) {
        MeterBinder made = meters;
        if (made != null) {
            bound = ApplicationMeters.bind(made, application, registry);
        }
    }

    void remove() {
        ApplicationMeters there = bound;
        bound = null;
        if (there != null) {
            there.close();
        }
    }
}
