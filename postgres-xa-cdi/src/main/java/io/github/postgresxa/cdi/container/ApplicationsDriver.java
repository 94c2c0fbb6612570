package io.github.postgresxa.cdi.container;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL driver, where it comes with the application. It registers itself with the JDK, which keeps it, and
 * with it the class loader of an application that has ended. So the registration ends with the last application of the
 * class loader, and begins again with the next one.
 */
final class ApplicationsDriver {

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationsDriver.class);

    private static int users;

    private ApplicationsDriver() {}

    static synchronized void use() {
        users++;
        try {
            if (comesWithTheApplication() && !Driver.isRegistered()) {
                Driver.register();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the PostgreSQL driver cannot be registered", e);
        }
    }

    static synchronized void leave() {
        users--;
        try {
            if (users == 0 && comesWithTheApplication() && Driver.isRegistered()) {
                Driver.deregister();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("the PostgreSQL driver stays registered", e);
        }
    }

    /** {@return whether nothing but the application can have the driver's class} */
    private static boolean comesWithTheApplication() {
        @Nullable ClassLoader ofDriver = Driver.class.getClassLoader();
        return ofDriver == ApplicationsDriver.class.getClassLoader() && ofDriver != ClassLoader.getSystemClassLoader();
    }
}
