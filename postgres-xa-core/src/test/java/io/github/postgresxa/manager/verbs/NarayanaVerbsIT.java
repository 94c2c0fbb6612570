package io.github.postgresxa.manager.verbs;

import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import com.arjuna.ats.internal.jta.recovery.arjunacore.XARecoveryModule;
import com.arjuna.ats.jta.recovery.XAResourceRecoveryHelper;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Path;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** Under the embedded Narayana. */
@Tag("narayana")
class NarayanaVerbsIT extends VerbMatrix {

    private @Nullable XAResourceRecoveryHelper helper;

    NarayanaVerbsIT(PostgresNode east, PostgresNode west) {
        super(east, west);
    }

    @Override
    PostgresXa start(Path log, ResourceManager other) {
        NarayanaLog.keepIn(log);
        PostgresXa xa = Bank.builder(east, west)
                .transactionManager(ManagerKind.NARAYANA)
                .build();
        helper = new XAResourceRecoveryHelper() {

            @Override
            public boolean initialise(String properties) {
                return true;
            }

            @Override
            public XAResource[] getXAResources() {
                return new XAResource[] {other.recovery()};
            }
        };
        XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(helper);
        return xa;
    }

    @Override
    void recover() {
        RecoveryManager.manager().scan();
    }

    @Override
    void stop() {
        XARecoveryModule.getRegisteredXARecoveryModule().removeXAResourceRecoveryHelper(helper);
    }
}
