package io.github.postgresxa.manager.atomikos;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.manager.CoreManagerContract;
import io.github.postgresxa.support.RegisteredOther;
import io.github.postgresxa.support.XaApplication;
import io.github.postgresxa.test.manager.KnownManager;
import io.github.postgresxa.test.manager.NodeAddress;
import java.nio.file.Path;
import java.util.List;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** The embedded Atomikos. */
class AtomikosContractIT extends CoreManagerContract {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    @TempDir
    static Path logs;

    AtomikosContractIT() {
        super(KnownManager.ATOMIKOS);
    }

    @Override
    protected XaApplication application(List<NodeAddress> nodes) {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        return new Application(nodes);
    }

    @AfterAll
    static void forgetTheDirectory() {
        System.clearProperty(LOG_DIRECTORY);
    }

    private static final class Application extends XaApplication {

        private @Nullable RegisteredOther registered;

        Application(List<NodeAddress> nodes) {
            super(nodes, builder -> builder.transactionManager(ManagerKind.ATOMIKOS));
        }

        @Override
        public void register(XAResource other) {
            if (registered == null) {
                registered = RegisteredOther.register();
            }
        }

        @Override
        public void close() {
            if (registered != null) {
                registered.close();
                registered = null;
            }
            super.close();
        }
    }
}
