package io.github.postgresxa.quarkus.runtime;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import io.github.postgresxa.cdi.manager.ServerManager;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.arc.ClientProxy;
import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.ShutdownContext;
import io.quarkus.runtime.annotations.Recorder;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** What the build lets an application do at its start. */
@Recorder
public class PostgresXaRecorder {

    /** Creates the recorder. */
    public PostgresXaRecorder() {}

    /**
     * Reads and checks the configuration. Nothing is started yet.
     *
     * @param nodes the nodes that were known when the application was built
     * @param name the name of the application in Quarkus, used where {@code postgres.xa.name} is not set
     * @return the application; empty if {@code postgres.xa.enabled} is false
     */
    public RuntimeValue<RunningNodes> configure(List<String> nodes, String name) {
        return new RuntimeValue<>(RunningNodes.configured(nodes, name));
    }

    /**
     * Returns what creates the bean of the core.
     *
     * @param nodes the application
     * @return creates the bean
     */
    public Supplier<PostgresXa> core(RuntimeValue<RunningNodes> nodes) {
        return () -> nodes.getValue().xa();
    }

    /**
     * Returns what creates the bean of a node.
     *
     * @param nodes the application
     * @param node its name
     * @return creates the bean
     */
    public Supplier<DataSource> node(RuntimeValue<RunningNodes> nodes, String node) {
        return () -> nodes.getValue().xa().dataSource(node);
    }

    /**
     * Returns what creates the bean of the primary node, which may be another one at each start.
     *
     * @param nodes the application
     * @return creates the bean
     */
    public Supplier<DataSource> primary(RuntimeValue<RunningNodes> nodes) {
        return () -> nodes.getValue().primary();
    }

    /**
     * Starts the core, and lets it end with the application.
     *
     * @param nodes the application
     * @param shutdown ends it
     */
    public void start(RuntimeValue<RunningNodes> nodes, ShutdownContext shutdown) {
        Optional<Application> enabled = nodes.getValue().application();
        if (enabled.isEmpty()) {
            return;
        }
        Application application = enabled.get();
        ArcContainer beans = Arc.container();
        shutdown.addLastShutdownTask(application::close); // Beans use their nodes until they are destroyed.
        ManagerName.check();
        application.start(
                Optional.of(new ServerManager(
                        // What is behind the proxy is used until the core is closed, after the beans.
                        ClientProxy.unwrap(
                                beans.instance(TransactionManager.class).get()),
                        beans.instance(TransactionSynchronizationRegistry.class).get(),
                        "that of Quarkus")),
                Stream.concat(
                                nodes.getValue().customizers().stream(),
                                beans.select(PostgresXaCustomizer.class).stream())
                        .toList());
        shutdown.addShutdownTask(application::settle);
        application.examine();
    }
}
