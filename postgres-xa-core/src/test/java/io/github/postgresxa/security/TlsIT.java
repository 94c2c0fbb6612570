package io.github.postgresxa.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Certificates;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code sslmode=verify-full} with a private authority: for work and for recovery, because both use the node's one
 * URL.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class TlsIT {

    private static final String OURS = "application_name like 'postgres-xa%'";

    private Certificates certificates;
    private PostgresNode east;
    private PostgresNode west;

    @BeforeAll
    void certify(PostgresNode east, PostgresNode west, @TempDir Path directory) throws Exception {
        assumeTrue(east.dataDirectory().isPresent(), "certificates are files of this machine: embedded nodes only");
        this.east = east;
        this.west = west;
        certificates = new Certificates(directory);
        certificates.authority("authority");
        certificates.authority("stranger");
        certificates.server("authority", "good", "ip:127.0.0.1");
        certificates.server("authority", "expired", "ip:127.0.0.1", "-startdate", "-10d", "-validity", "1");
        Bank.open(east, west).close();
        serve(east, "good");
        serve(west, "good");
    }

    private void serve(PostgresNode node, String certificate) throws Exception {
        node.execute(
                "alter system set ssl_cert_file = '%s'".formatted(certificates.file(certificate + ".crt")),
                "alter system set ssl_key_file = '%s'".formatted(certificates.file(certificate + ".key")),
                "alter system set ssl = on",
                "select pg_reload_conf()");
        Eventually.eventually(Duration.ofSeconds(10), "TLS is on", () -> usesTls(node));
    }

    private static boolean usesTls(PostgresNode node) throws SQLException {
        try (Connection c = node.connect();
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static String verified(PostgresNode node, String host, Path authority) {
        return node.jdbcUrl().replace("127.0.0.1", host) + "?sslmode=verify-full&sslrootcert=" + authority;
    }

    private PostgresXa open(String eastUrl, String westUrl) {
        return PostgresXa.builder()
                .name("bank")
                .recovery(Bank.FAST)
                .node("east", eastUrl, east.username(), east.password())
                .node("west", westUrl, west.username(), west.password())
                .build();
    }

    @Test
    void workAndRecoveryUseIt() throws Exception {
        Path authority = certificates.file("authority.crt");
        try (Bank bank = Bank.over(
                open(verified(east, "127.0.0.1", authority), verified(west, "127.0.0.1", authority)),
                List.of(east, west))) {
            bank.transaction().begin();
            bank.add("east", -1);
            bank.add("west", 1);
            bank.transaction().commit();
            Roles.leavePrepared(west, west.username(), east, TransactionId.random(), 10);
            Eventually.eventually(Duration.ofSeconds(10), "recovery rolls back", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(999L, 1001L);
            for (PostgresNode node : List.of(east, west)) {
                String sessions = "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) where " + OURS;
                assertThat(node.queryForLong(sessions + " and ssl"))
                        .as("work and recovery")
                        .isGreaterThanOrEqualTo(2);
                assertThat(node.queryForLong(sessions + " and not ssl")).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wrong host,      localhost, authority, good,    could not be verified by hostnameverifier",
        "unknown CA,      127.0.0.1, stranger,  good,    PKIX path",
        "expired,         127.0.0.1, authority, expired, validity check failed",
        "plaintext server, 127.0.0.1, authority, none,   does not support SSL"
    })
    void aServerThatIsNotProvenIsRefusedByWorkAndByRecovery(
            String what, String host, String authority, String certificate, String message) throws Exception {
        if (certificate.equals("none")) {
            west.execute("alter system set ssl = off", "select pg_reload_conf()");
            Eventually.eventually(Duration.ofSeconds(10), "TLS is off", () -> !usesTls(west));
        } else {
            serve(west, certificate);
        }
        TransactionId left = TransactionId.random();
        Roles.leavePrepared(west, west.username(), east, left, 10);
        String gid = Roles.gid(west, east, left);
        Path trusted = certificates.file("authority.crt");
        try (Bank bank = Bank.over(
                open(verified(east, "127.0.0.1", trusted), verified(west, host, certificates.file(authority + ".crt"))),
                List.of(east, west))) {
            NodeStatus seen = bank.xa.nodes().get(1);
            assertThat(seen.reachable()).isFalse();
            assertThat(seen.problem()).contains(message);
            bank.transaction().begin();
            bank.add("east", 1);
            assertThatThrownBy(() -> bank.add("west", 1)).hasStackTraceContaining(message);
            bank.transaction().rollback();
            assertThat(bank.xa.recoverNow().problems().toString()).contains(message);
            assertThat(west.queryForLong("select count(*) from pg_stat_activity where " + OURS))
                    .as("nobody went on without TLS")
                    .isZero();
            assertThat(west.preparedTransactions()).hasSize(1);
        } finally {
            west.execute("rollback prepared '" + gid + "'");
            serve(west, "good");
        }
    }
}
