package io.github.postgresxa.cdi.container;

import io.github.postgresxa.cdi.manager.ServerManager;
import io.github.postgresxa.cdi.manager.ServerManagers;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The beans of the application that concern the transaction manager. */
final class BeansThere {

    private final Set<Type> types = new HashSet<>();

    void note(Bean<?> bean) {
        boolean another = bean.getBeanClass() != NodeBeans.class && !isOfNarayanasExtension(bean.getBeanClass());
        if (another && bean.getQualifiers().contains(Default.Literal.INSTANCE)) {
            types.addAll(bean.getTypes());
        }
    }

    static boolean isOfNarayanasExtension(Class<?> type) {
        return type.getName().startsWith("com.arjuna.ats.jta.cdi.Narayana");
    }

    boolean has(Class<?> type) {
        return types.contains(type);
    }

    /** {@return the manager that is a bean; empty if there is none} */
    Optional<ServerManager> manager(BeanManager beans) {
        if (!has(TransactionManager.class)) {
            return Optional.empty();
        }
        Instance<Object> all = beans.createInstance();
        Instance<TransactionSynchronizationRegistry> registries = all.select(TransactionSynchronizationRegistry.class);
        return Optional.of(new ServerManager(
                all.select(TransactionManager.class).get(),
                registries.isResolvable() ? registries.get() : ServerManagers.registry(),
                "a bean of type jakarta.transaction.TransactionManager"));
    }
}
