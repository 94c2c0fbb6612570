package io.github.postgresxa.cdi.container;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.concurrent.Callable;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;

/** One application with its own configuration, under a class loader of its own, as a server has it. */
public final class Containers implements AutoCloseable {

    private final ClassLoader loader;
    private final Config config;
    private final SeContainer container;

    private Containers(Map<String, String> properties, Class<?>... beans) {
        this.loader = new URLClassLoader(new URL[0], Containers.class.getClassLoader());
        this.config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(properties, "application.properties", 100))
                .build();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        ConfigProviderResolver.instance().registerConfig(config, loader);
        boolean started = false;
        try {
            this.container = SeContainerInitializer.newInstance()
                    .setClassLoader(loader)
                    .addProperty("org.jboss.weld.se.shutdownHook", false) // It would keep the class loader.
                    .addBeanClasses(beans)
                    .initialize();
            started = true;
        } finally {
            Thread.currentThread().setContextClassLoader(before);
            if (!started) {
                ConfigProviderResolver.instance().releaseConfig(config);
            }
        }
    }

    static Containers start(Map<String, String> properties) {
        return start(properties, Bank.class);
    }

    public static Containers start(Map<String, String> properties, Class<?>... beans) {
        return new Containers(properties, beans);
    }

    public SeContainer container() {
        return container;
    }

    public <T> T bean(Class<T> type) {
        return container.select(type).get();
    }

    /** Does something on a thread of the application. */
    void inside(Callable<?> work) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try {
            work.call();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Override
    public void close() {
        container.close();
        ConfigProviderResolver.instance().releaseConfig(config);
    }
}
