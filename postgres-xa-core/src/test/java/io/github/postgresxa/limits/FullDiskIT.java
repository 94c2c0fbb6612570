package io.github.postgresxa.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.security.Roles;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's data is on a full disk. Needs root and a small file system in memory, and is skipped without them. */
@PostgresNodes({"east", "west"})
class FullDiskIT {

    private static final String MUCH = "insert into filler select repeat('x', 100000) from generate_series(1, 100)";

    private static void fill(PostgresNode node) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement()) {
            for (int size : new int[] {100_000, 1_000}) {
                while (fits(s, "insert into filler values (repeat('x', %d))".formatted(size))) {
                    assertThat(node.isRunning()).isTrue();
                }
            }
        }
    }

    private static boolean fits(Statement s, String sql) throws SQLException {
        try {
            s.execute(sql);
            return true;
        } catch (SQLException e) {
            if ("53100".equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    @Test
    void everythingRollsBackAndWhatIsPreparedCanStillBeFinished(
            PostgresNode east, PostgresNode west, @TempDir Path directory) throws Exception {
        assumeTrue(west.dataDirectory().isPresent(), "the disk of a container is its own business");
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()),
                "only root can mount a small disk");
        try {
            Path data = Files.createDirectory(disk.resolve("data"));
            west.execute(
                    "create tablespace small location '%s'".formatted(data),
                    "create table account (id int primary key, balance bigint not null check (balance >= 0))"
                            + " tablespace small",
                    "create table filler (a text) tablespace small",
                    "alter table filler alter a set storage external");
            try (Bank bank = Bank.open(east, west)) {
                fill(west);
                bank.transaction().begin();
                bank.add("east", -1);
                assertThatThrownBy(() -> bank.execute("west", MUCH)).hasMessageContaining("No space left on device");
                assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
                assertThat(bank.balances()).containsExactly(1000L, 1000L);
                assertThat(bank.xa.activeTransactionCount()).isZero();

                TransactionId abandoned = TransactionId.random();
                Roles.leavePrepared(west, west.username(), east, abandoned, 10);
                Eventually.eventually(Duration.ofSeconds(10), "it is rolled back", () -> bank.prepared() == 0);
                TransactionId decided = TransactionId.random();
                Roles.decide(east, west, decided, east.username());
                Roles.leavePrepared(west, west.username(), east, decided, 10);
                Eventually.eventually(Duration.ofSeconds(10), "it is committed", () -> bank.prepared() == 0);
                assertThat(bank.balances()).containsExactly(1000L, 1010L);

                west.execute("drop table filler");
                bank.transaction().begin();
                bank.add("east", -1);
                bank.add("west", 1);
                bank.transaction().commit();
                assertThat(bank.balances()).containsExactly(999L, 1011L);
            }
            west.execute("drop table account", "drop tablespace small");
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
