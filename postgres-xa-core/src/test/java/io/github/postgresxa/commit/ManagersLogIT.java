package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.atomikos.recovery.PendingTransactionRecord;
import com.atomikos.recovery.TxState;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of the embedded manager, after an outage of several days. */
@PostgresNodes("east")
class ManagersLogIT {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";
    private static final String DECIDED = "a-decision-of-a-manager000000000000000001";

    @TempDir
    Path logs;

    @BeforeEach
    void write() throws IOException {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        Files.writeString(logs.resolve("manager-name"), "a-manager");
        long longAgo = Instant.now().minus(Duration.ofDays(3)).toEpochMilli();
        Files.writeString(
                logs.resolve("tmlog1.log"),
                new PendingTransactionRecord(DECIDED, TxState.COMMITTING, longAgo, "a-manager").toRecord());
    }

    @AfterEach
    void reset() {
        System.clearProperty(LOG_DIRECTORY);
    }

    private String content() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }

    /** By default, Atomikos deletes it a day after the transaction's timeout, when it starts or writes a new file. */
    @Test
    void aDecisionIsNotDeletedBecauseItIsOld(PostgresNode east) throws Exception {
        try (Bank bank = Bank.open(east)) {
            assertThat(bank.xa.activeTransactionCount()).isZero();
            assertThat(content()).contains(DECIDED);
        }
    }
}
