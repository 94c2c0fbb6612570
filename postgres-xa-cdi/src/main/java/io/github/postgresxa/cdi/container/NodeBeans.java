package io.github.postgresxa.cdi.container;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.cdi.Node;
import io.github.postgresxa.cdi.lifecycle.Application;
import io.github.postgresxa.configuration.NamedNodes;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * The beans of the nodes. They are dependent objects, so that beans can use them until they are destroyed themselves;
 * what they hold is the application's one core.
 */
final class NodeBeans {

    private final AfterBeanDiscovery event;
    private final Application application;

    NodeBeans(AfterBeanDiscovery event, Application application) {
        this.event = event;
        this.application = application;
    }

    void add(NamedNodes nodes, BeansThere there, boolean outsideOfServer) {
        add(PostgresXa.class, xa -> xa, Default.Literal.INSTANCE);
        for (String node : nodes.names()) {
            List<Annotation> qualifiers =
                    new ArrayList<>(List.of(Node.Literal.of(node), NamedLiteral.of(node + "DataSource")));
            if (node.equals(nodes.primary())) {
                qualifiers.add(Default.Literal.INSTANCE);
            }
            add(DataSource.class, xa -> xa.dataSource(node), qualifiers.toArray(Annotation[]::new));
        }
        if (outsideOfServer && !there.has(TransactionManager.class)) {
            add(TransactionManager.class, PostgresXa::transactionManager, Default.Literal.INSTANCE);
            if (!there.has(TransactionSynchronizationRegistry.class)) {
                add(
                        TransactionSynchronizationRegistry.class,
                        PostgresXa::transactionSynchronizationRegistry,
                        Default.Literal.INSTANCE);
            }
            if (!there.has(UserTransaction.class)) {
                add(UserTransaction.class, PostgresXa::userTransaction, Default.Literal.INSTANCE);
            }
        }
    }

    /** Adds a bean. If {@code @Default} is one of its qualifiers it is the last, because each later one removes it. */
    private <T> void add(Class<T> type, Function<PostgresXa, T> part, Annotation... qualifiers) {
        String name = type.getSimpleName() + " " + List.of(qualifiers);
        event.<T>addBean()
                .id("postgres-xa " + name)
                .beanClass(NodeBeans.class)
                .types(type, Object.class)
                .qualifiers(Any.Literal.INSTANCE)
                .addQualifiers(qualifiers)
                .scope(Dependent.class)
                .createWith(context -> part.apply(application.xa()));
    }
}
