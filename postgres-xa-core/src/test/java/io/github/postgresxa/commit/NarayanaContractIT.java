package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.NarayanaLog;
import io.github.postgresxa.support.OtherResource;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The embedded Narayana, which has a log only if another resource took part. */
@Tag("narayana")
class NarayanaContractIT extends JtaManagerContract {

    @TempDir
    Path folder;

    private boolean mixed;

    @Override
    PostgresXa.Builder attach(PostgresXa.Builder builder) {
        NarayanaLog.keepIn(folder.resolve("log"));
        return builder.transactionManager(ManagerKind.NARAYANA);
    }

    @Override
    void register(OtherResource other) {
        mixed = true;
    }

    @Override
    void shutDown() {
        if (mixed) {
            assertThat(folder.resolve("log")).isNotEmptyDirectory();
        } else {
            assertThat(folder).isEmptyDirectory();
        }
    }
}
