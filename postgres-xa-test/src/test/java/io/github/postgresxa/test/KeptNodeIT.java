package io.github.postgresxa.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptNodeIT {
    @TempDir
    Path directory;

    private EmbeddedNode east() {
        return PostgresNode.embedded("east", directory.resolve("east"));
    }

    @Test
    void keepsItsDataAndItsPort() {
        int port;
        try (var first = east().database("bank").start()) {
            first.execute("create table account (id int)");
            port = first.port();
        }
        try (var second = east().database("bank").start()) {
            assertThat(second.port()).isEqualTo(port);
            assertThat(second.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:%d/bank".formatted(port));
            assertThat(second.queryForLong("select count(*) from account")).isZero();
        }
    }

    @Test
    void isDurableAndLogsBesideItsData() {
        try (var east = east().start()) {
            assertThat(east.queryForString("show fsync") + east.queryForString("show synchronous_commit"))
                    .isEqualTo("onon");
            assertThat(directory.resolve("east.log")).content().contains("ready to accept connections");
            assertThat(east.dataDirectory()).contains(directory.resolve("east"));
        }
    }

    @Test
    void takesAnotherPortIfItsOwnIsTaken() throws IOException {
        var first = east().start();
        first.close();
        try (var taken = new ServerSocket(first.port(), 1, InetAddress.getLoopbackAddress());
                var second = east().start()) {
            assertThat(second.port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void insistsOnAFixedPort() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> east().port(taken.getLocalPort()).start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("node 'east' did not start on port " + taken.getLocalPort())
                    .hasMessageContaining("could not bind");
        }
    }

    @Test
    void cannotBeStartedTwice() {
        try (var first = east().start()) {
            assertThatThrownBy(() -> east().start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another node of this process, uses "
                            + first.dataDirectory().orElseThrow());
        }
    }

    @Test
    void refusesADirectoryWithOtherFiles() throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve("east")).resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> east().start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no PostgreSQL data");
    }

    @Test
    void reportsWhatTheServerSaysAboutABadSetting() {
        assertThatThrownBy(() -> east().settings("max_connections=many").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("node 'east' did not start")
                .hasMessageContaining("max_connections");
    }

    @Nested
    class WhoseProcessWasKilled {

        @Test
        void isTakenOverWhileTheServerStillRuns() throws Exception {
            try (var other = AnotherProcess.with(directory.resolve("east").toString(), directory)) {
                assertThatThrownBy(() -> east().start()).hasMessageContaining("another process");
                var pid = pid();
                other.kill();
                assertThat(pid()).as("the server outlives the process").isEqualTo(pid);

                var east = east().start();

                assertThat(pid()).as("it is the same server").isEqualTo(pid);
                assertThatItsWorkIsThere(east);
                east.stop();
                assertThat(east.isRunning()).isFalse();
                assertThatThrownBy(east::connect).hasMessageContaining("refused");
            }
        }

        @Test
        void isTakenOverWithItsServerKilledToo() throws Exception {
            try (var other = AnotherProcess.with(directory.resolve("east").toString(), directory)) {
                other.kill();
                ProcessHandle.of(pid()).orElseThrow().destroyForcibly();
                try (var east = east().start()) {
                    assertThatItsWorkIsThere(east);
                }
            }
        }

        @Test
        void isRestartedIfItShallHaveOtherSettings() throws Exception {
            try (var other = AnotherProcess.with(directory.resolve("east").toString(), directory)) {
                other.kill();
                try (var east = east().settings("max_connections=50").start()) {
                    assertThat(east.queryForString("show max_connections")).isEqualTo("50");
                    assertThatItsWorkIsThere(east);
                }
            }
        }

        private long pid() throws IOException {
            return Long.parseLong(Files.readAllLines(directory.resolve("east/postmaster.pid"))
                    .get(0)
                    .strip());
        }

        private void assertThatItsWorkIsThere(PostgresNode east) {
            assertThat(east.queryForLong("select count(*) from account")).isEqualTo(1);
            assertThat(east.preparedTransactions())
                    .extracting(PreparedTransaction::gid)
                    .containsExactly("transfer-1");
        }
    }
}
