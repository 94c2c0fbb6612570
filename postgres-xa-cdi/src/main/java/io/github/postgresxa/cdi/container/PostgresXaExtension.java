package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import io.github.postgresxa.cdi.manager.ServerManagers;
import io.github.postgresxa.configuration.NamedNodes;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessSyntheticAnnotatedType;
import jakarta.interceptor.Interceptor;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Adds the beans of the nodes to an application, starts the core with it, and ends it after the application's beans.
 *
 * <p>What is wrong in the configuration is a deployment problem, with the core's words.
 */
public class PostgresXaExtension implements Extension {

    private final BeansThere there = new BeansThere();
    private @Nullable Application application;

    /**
     * Leaves out the beans that Narayana's own extension adds. In a server they are not there, and outside of one they
     * are a second manager beside the embedded one, which nothing has configured.
     */
    void leaveOut(@Observes ProcessSyntheticAnnotatedType<?> type) {
        if (BeansThere.isOfNarayanasExtension(type.getAnnotatedType().getJavaClass())
                && ServerManagers.find().isEmpty()) {
            type.veto();
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
            NamedNodes nodes = configuration.nodes();
            nodes.names().forEach(node -> configuration.values().node(node));
            Application created = new Application(configuration);
            new NodeBeans(event, created)
                    .add(nodes, there, ServerManagers.find().isEmpty());
            if (HealthBeans.isThere()) {
                HealthBeans.addTo(
                        event, created, nodes.names(), configuration.values().duration("health.in-doubt-threshold"));
            }
            application = created;
        } catch (RuntimeException e) {
            event.addDefinitionError(e);
        }
    }

    /** Starts the core: what is wrong on a server is a deployment problem, too. */
    void start(@Observes AfterDeploymentValidation event, BeanManager beans) {
        Application started = application;
        if (started == null) {
            return;
        }
        try {
            started.start(there.manager(beans).or(ServerManagers::find), customizers(beans));
        } catch (RuntimeException e) {
            event.addDeploymentProblem(e);
        }
    }

    private static List<PostgresXaCustomizer> customizers(BeanManager beans) {
        Instance<PostgresXaCustomizer> all = beans.createInstance().select(PostgresXaCustomizer.class);
        return all.stream().toList();
    }

    void settle(
            @Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) @BeforeDestroyed(ApplicationScoped.class)
                    Object context) {
        Application ending = application;
        if (ending != null) {
            ending.settle();
        }
    }

    void end(@Observes BeforeShutdown event) {
        Application ending = application;
        if (ending != null) {
            ending.close();
        }
    }
}
