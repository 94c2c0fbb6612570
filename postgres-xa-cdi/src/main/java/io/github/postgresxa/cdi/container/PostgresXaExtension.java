package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.manager.ServerManagers;
import io.github.postgresxa.cdi.transactional.TransactionalInterceptors;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessSyntheticAnnotatedType;
import jakarta.interceptor.Interceptor;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Adds the beans of the nodes to an application, starts the core with it, and ends it after the application's beans.
 *
 * <p>What is wrong in the configuration is a deployment problem, with the core's words.
 */
public class PostgresXaExtension implements Extension {

    private final BeansThere there = new BeansThere();
    private @Nullable Mode mode;
    private boolean ready;

    void addInterceptors(@Observes BeforeBeanDiscovery event, BeanManager beans) {
        TransactionalInterceptors.all()
                .forEach(type -> event.addAnnotatedType(beans.createAnnotatedType(type), type.getName()));
    }

    /**
     * Leaves out the beans that Narayana's own extension adds. In a server they are not there, and outside of one they
     * are a second manager beside the embedded one, which nothing has configured. Where there is no embedded one, the
     * application may want them.
     */
    void leaveOut(@Observes ProcessSyntheticAnnotatedType<?> type) {
        if (BeansThere.isOfNarayanasExtension(type.getAnnotatedType().getJavaClass())
                && ServerManagers.find().isEmpty()
                && manages()) {
            type.veto();
        }
    }

    private static boolean manages() {
        try {
            ApplicationConfiguration configuration = ApplicationConfiguration.of(ConfigProvider.getConfig());
            return configuration.isEnabled() && !configuration.observes();
        } catch (RuntimeException e) {
            return true; // What is wrong is said when beans are added.
        }
    }

    void note(@Observes ProcessBean<?> bean) {
        there.note(bean.getBean());
    }

    void addBeans(@Observes AfterBeanDiscovery event) {
        try {
            ApplicationConfiguration configuration = ApplicationConfiguration.of(ConfigProvider.getConfig());
            if (!configuration.isEnabled()) {
                return;
            }
            configuration.check();
            Mode chosen = configuration.observes()
                    ? new ObservedNodes(configuration)
                    : new ManagedNodes(configuration, there);
            chosen.addBeans(event);
            mode = chosen;
        } catch (RuntimeException e) {
            event.addDefinitionError(e);
        }
    }

    /** Starts the core: what is wrong on a server is a deployment problem, too. */
    void start(@Observes AfterDeploymentValidation event, BeanManager beans) {
        Mode started = mode;
        if (started == null) {
            return;
        }
        ApplicationsDriver.use();
        try {
            started.start(beans);
            return;
        } catch (RuntimeException e) {
            event.addDeploymentProblem(e);
        }
        end();
    }

    void ready(
            @Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) @Initialized(ApplicationScoped.class)
                    Object context) {
        Mode started = mode;
        if (started != null && !ready) {
            ready = true; // Each module of an enterprise application is initialized.
            started.ready();
        }
    }

    void requestEnds(@Observes @BeforeDestroyed(RequestScoped.class) Object context) {
        Mode started = mode;
        if (started != null) {
            started.requestEnds();
        }
    }

    void settle(
            @Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) @BeforeDestroyed(ApplicationScoped.class)
                    Object context) {
        Mode ending = mode;
        if (ending != null) {
            ending.settle();
        }
    }

    void end(@Observes BeforeShutdown event) {
        end();
    }

    private void end() {
        Mode ending = mode;
        mode = null;
        if (ending != null) {
            try {
                ending.end();
            } finally {
                ApplicationsDriver.leave();
            }
        }
    }
}
