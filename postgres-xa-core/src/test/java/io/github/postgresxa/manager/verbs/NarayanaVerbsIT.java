package io.github.postgresxa.manager.verbs;

import com.arjuna.ats.arjuna.recovery.RecoveryManager;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.support.RecoveredByNarayana;
import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;

/** Under the embedded Narayana. */
@Tag("narayana")
class NarayanaVerbsIT extends VerbMatrix {

    /** Not by its type: where Narayana is not on the class path, this class is still looked at. */
    private @Nullable AutoCloseable registered;

    NarayanaVerbsIT(PostgresNode east, PostgresNode west) {
        super(east, west);
    }

    @Override
    PostgresXa start(Path log, ResourceManager other) {
        NarayanaLog.keepIn(log);
        PostgresXa xa = Bank.builder(east, west)
                .transactionManager(ManagerKind.NARAYANA)
                .build();
        registered = RecoveredByNarayana.register(other.recovery());
        return xa;
    }

    @Override
    boolean repliesEarly() {
        return true;
    }

    @Override
    void recover() {
        RecoveryManager.manager().scan();
    }

    @Override
    void stop() throws Exception {
        if (registered != null) {
            registered.close();
        }
    }
}
