package io.github.postgresxa.commit;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.NarayanaLog;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The embedded Narayana. */
@Tag("narayana")
class NarayanaTimeoutIT extends TimeoutFigures {

    @TempDir
    Path folder;

    @Override
    PostgresXa.Builder attach(PostgresXa.Builder builder) {
        NarayanaLog.keepIn(folder.resolve("log"));
        return builder.transactionManager(ManagerKind.NARAYANA);
    }

    @Override
    boolean takesOurDefault() {
        return true;
    }
}
