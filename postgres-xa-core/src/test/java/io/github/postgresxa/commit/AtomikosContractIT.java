package io.github.postgresxa.commit;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.OtherResource;
import java.nio.file.Path;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** The default manager. */
class AtomikosContractIT extends JtaManagerContract {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    @TempDir
    Path logs;

    private @Nullable Registered registered;

    private static final class Registered extends XATransactionalResource {

        Registered() {
            super("other");
        }

        @Override
        protected XAResource refreshXAConnection() {
            return new OtherResource(true);
        }

        @Override
        public boolean usesXAResource(XAResource resource) {
            return resource instanceof OtherResource;
        }
    }

    @Override
    PostgresXa.Builder attach(PostgresXa.Builder builder) {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        return builder;
    }

    @Override
    void register(OtherResource other) {
        Registered resource = new Registered();
        Configuration.addResource(resource);
        registered = resource;
    }

    @Override
    void shutDown() {
        Registered resource = registered;
        if (resource != null) {
            Configuration.removeResource(resource.getName());
        }
        System.clearProperty(LOG_DIRECTORY);
    }
}
