package io.github.postgresxa.cdi.lifecycle;

import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The name of an application: the configured one, else the one that it has in its server. */
final class ApplicationName {

    /** The name of one that has none. */
    static final String NONE = "application";

    private ApplicationName() {}

    static Optional<String> of(ApplicationConfiguration configuration) {
        return configuration.name().or(ApplicationName::inServer);
    }

    private static Optional<String> inServer() {
        try {
            return Optional.of(InitialContext.<String>doLookup("java:app/AppName"));
        } catch (NamingException | RuntimeException noServer) {
            return Optional.empty();
        }
    }
}
