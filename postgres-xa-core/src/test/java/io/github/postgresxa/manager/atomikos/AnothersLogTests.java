package io.github.postgresxa.manager.atomikos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.atomikos.icatch.config.Configuration;
import com.atomikos.icatch.jta.UserTransactionManager;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.ManagerKind;
import io.github.postgresxa.PostgresXa;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of an Atomikos that this library has not started. */
class AnothersLogTests {

    private static final String PREFIX = "com.atomikos.icatch.";

    @TempDir
    private Path logs;

    @BeforeEach
    void configure() {
        System.setProperty(PREFIX + "log_base_dir", logs.toString());
        System.setProperty(PREFIX + "registered", "true");
        assertThat(Configuration.getTransactionService()).as("no Atomikos runs").isNull();
    }

    @AfterEach
    void forget() {
        System.clearProperty(PREFIX + "log_base_dir");
        System.clearProperty(PREFIX + "registered");
    }

    /** An application moves from stock Atomikos, and starts in the directory of before. */
    @Test
    void isNotReadWhenWeStart() throws Exception {
        Path log = Files.writeString(logs.resolve("tmlog0.log"), "");

        assertThatThrownBy(() -> PostgresXa.builder()
                        .transactionManager(ManagerKind.ATOMIKOS)
                        .node("east", "jdbc:postgresql://localhost:1/nowhere", "bank", "secret")
                        .build())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContainingAll(logs.toString(), "another Atomikos", "nothing of it is prepared any more");
        assertThat(Configuration.getTransactionService()).isNull();
        Files.delete(log);
        PostgresXa.builder()
                .transactionManager(ManagerKind.ATOMIKOS)
                .node("east", "jdbc:postgresql://localhost:1/nowhere", "bank", "secret")
                .build()
                .close();
    }

    /** The application's own Atomikos writes, reads and cleans the log of its own. */
    @Test
    void isKeptByThatAtomikosItself() throws Exception {
        UserTransactionManager manager = new UserTransactionManager();
        manager.init();
        try {
            assertThat(new LogOnDemandFactory().createOltpLog()).isNull();
            assertThat(logs.resolve("tmlog0.log"))
                    .as("Atomikos opens its log at once")
                    .exists();
        } finally {
            manager.setForceShutdown(true);
            manager.close();
        }
    }
}
