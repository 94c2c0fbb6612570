package io.github.postgresxa.cdi.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;

/**
 * The meters of one application in a registry that others use, too. A server's registry has the meters of all its
 * applications and outlives each of them. So every meter has the application's name as a tag, and is removed at the
 * end: it would keep the application's class loader.
 */
public final class ApplicationMeters implements AutoCloseable {

    /** The tag with the application's name. */
    public static final String APPLICATION = "application";

    private final MeterRegistry registry;
    private final CompositeMeterRegistry own = new CompositeMeterRegistry();

    private ApplicationMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Registers meters.
     *
     * @param meters what is registered
     * @param application the application's name
     * @param registry where
     * @return removes them
     */
    public static ApplicationMeters bind(MeterBinder meters, String application, MeterRegistry registry) {
        ApplicationMeters bound = new ApplicationMeters(registry);
        bound.own.config().commonTags(APPLICATION, application);
        bound.own.add(registry);
        meters.bindTo(bound.own);
        return bound;
    }

    /** Removes the meters from the registry, which goes on. */
    @Override
    public void close() {
        own.clear();
        own.remove(registry);
    }
}
