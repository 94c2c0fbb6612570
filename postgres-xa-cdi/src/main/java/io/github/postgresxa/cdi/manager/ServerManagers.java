package io.github.postgresxa.cdi.manager;

import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/** Finds the transaction manager of the server, under the names that servers have for it. Elsewhere there is none. */
public final class ServerManagers {

    /** WildFly; Payara and GlassFish; Open Liberty; TomEE. There is no standard name. */
    private static final List<String> MANAGERS = List.of(
            "java:jboss/TransactionManager",
            "java:appserver/TransactionManager",
            "java:comp/TransactionManager",
            "java:/TransactionManager");

    /** The first is the standard's; the others also answer on threads without a component. */
    private static final List<String> REGISTRIES = List.of(
            "java:comp/TransactionSynchronizationRegistry",
            "java:jboss/TransactionSynchronizationRegistry",
            "java:appserver/TransactionSynchronizationRegistry",
            "java:/TransactionSynchronizationRegistry");

    private static final String LIBERTY = "com.ibm.tx.jta.TransactionManagerFactory";

    private ServerManagers() {}

    /** {@return the manager of this server; empty if there is none} */
    public static Optional<ServerManager> find() {
        for (String name : MANAGERS) {
            TransactionManager manager = lookup(name, TransactionManager.class);
            if (manager != null) {
                return Optional.of(new ServerManager(manager, registry(), name));
            }
        }
        return Optional.ofNullable(ofLiberty())
                .map(manager -> new ServerManager(manager, registry(), LIBERTY + ".getTransactionManager()"));
    }

    /** {@return the server's registry; null if there is none} */
    public static @Nullable TransactionSynchronizationRegistry registry() {
        for (String name : REGISTRIES) {
            TransactionSynchronizationRegistry registry = lookup(name, TransactionSynchronizationRegistry.class);
            if (registry != null) {
                return registry;
            }
        }
        return null;
    }

    private static <T> @Nullable T lookup(String name, Class<T> type) {
        try {
            Object found = InitialContext.doLookup(name);
            return type.isInstance(found) ? type.cast(found) : null;
        } catch (NamingException | RuntimeException notHere) { // Some contexts throw on names of others.
            return null;
        }
    }

    private static @Nullable TransactionManager ofLiberty() {
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Object manager = Class.forName(LIBERTY, true, loader)
                    .getMethod("getTransactionManager")
                    .invoke(null);
            return manager instanceof TransactionManager found ? found : null;
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException
                | LinkageError notHere) {
            return null;
        }
    }
}
