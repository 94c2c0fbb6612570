package io.github.postgresxa.cdi.lifecycle;

import io.github.postgresxa.PostgresXa;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The cores of a process by the class loaders of their applications, where these share this library. */
public final class RunningApplications {

    private static final Map<ClassLoader, PostgresXa> BY_LOADER = new ConcurrentHashMap<>();

    private RunningApplications() {}

    /** {@return the core of the application on whose behalf the thread runs, by its context class loader} */
    public static Optional<PostgresXa> ofThread() {
        @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
        while (loader != null) {
            @Nullable PostgresXa xa = BY_LOADER.get(loader);
            if (xa != null) {
                return Optional.of(xa);
            }
            loader = loader.getParent();
        }
        return Optional.empty();
    }

    static void started(PostgresXa xa) {
        @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
        if (loader != null) {
            BY_LOADER.putIfAbsent(loader, xa);
        }
    }

    static void ended(PostgresXa xa) {
        BY_LOADER.values().removeIf(running -> running == xa);
    }
}
