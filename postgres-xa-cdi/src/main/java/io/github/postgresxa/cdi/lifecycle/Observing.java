package io.github.postgresxa.cdi.lifecycle;

import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.operations.Observer;
import io.github.postgresxa.operations.StartExamination;
import org.jspecify.annotations.Nullable;

/** Observes the nodes of one application, whose transactions another manager runs, and changes nothing. */
public final class Observing implements AutoCloseable {

    private final ApplicationConfiguration configuration;
    private @Nullable Observer observer;

    /**
     * Creates an application that has not started.
     *
     * @param configuration its configuration, checked
     */
    public Observing(ApplicationConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Starts to observe.
     *
     * @throws io.github.postgresxa.InvalidConfigurationException if a setting is wrong
     */
    public synchronized void start() {
        if (observer == null) {
            observer = Observer.start(
                    ApplicationName.of(configuration).orElse(ApplicationName.NONE),
                    configuration.nodes().names().stream()
                            .map(configuration.values()::node)
                            .toList(),
                    configuration.values().recovery());
        }
    }

    /** Begins to examine the nodes, unless the configuration says otherwise. */
    public void examine() {
        if (configuration.values().flag("doctor.at-start")) {
            StartExamination.begin(observer().operations());
        }
    }

    /**
     * Returns the observer.
     *
     * @return the observer, which has started
     * @throws IllegalStateException if the application has not started, or has ended
     */
    public synchronized Observer observer() {
        if (observer == null) {
            throw new IllegalStateException(
                    "the nodes are observed from the start of the application to its end, and not now");
        }
        return observer;
    }

    /** Ends all sessions. A second call does nothing. */
    @Override
    public void close() {
        Observer started;
        synchronized (this) {
            started = observer;
            observer = null;
        }
        if (started != null) {
            started.close();
        }
    }
}
