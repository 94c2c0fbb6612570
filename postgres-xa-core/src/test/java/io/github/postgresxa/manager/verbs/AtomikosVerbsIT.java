package io.github.postgresxa.manager.verbs;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.RecoveryService;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import javax.transaction.xa.XAResource;

/** Under the embedded Atomikos. */
class AtomikosVerbsIT extends VerbMatrix {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    AtomikosVerbsIT(PostgresNode east, PostgresNode west) {
        super(east, west);
    }

    @Override
    PostgresXa start(Path log, ResourceManager other) {
        System.setProperty(LOG_DIRECTORY, log.toString());
        PostgresXa xa = Bank.builder(east, west)
                .transactionManager(ManagerKind.ATOMIKOS)
                .build();
        Configuration.addResource(new Registered(other));
        return xa;
    }

    @Override
    boolean repliesEarly() {
        return false;
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** The pass that Atomikos makes every ten seconds. Its API would wait until nothing can be left any more. */
    @Override
    void recover() {
        try {
            RecoveryService atomikos = Configuration.getRecoveryService();
            Object passes = field(atomikos.getClass(), "recoveryDomainService").get(atomikos);
            Method pass = passes.getClass().getDeclaredMethod("performRecovery");
            pass.setAccessible(true);
            pass.invoke(passes);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    void stop() {
        Configuration.removeResource(Registered.NAME);
        System.clearProperty(LOG_DIRECTORY);
    }

    private static final class Registered extends XATransactionalResource {

        private static final String NAME = "other";

        private final ResourceManager other;

        Registered(ResourceManager other) {
            super(NAME);
            this.other = other;
        }

        @Override
        protected XAResource refreshXAConnection() {
            return other.recovery();
        }

        @Override
        public boolean usesXAResource(XAResource resource) {
            return resource instanceof ResourceManager.Resource;
        }
    }
}
