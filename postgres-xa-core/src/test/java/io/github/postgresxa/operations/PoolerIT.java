package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.UserTransaction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pooler sits in front of a node. Skipped where PgBouncer is not installed (Debian:
 * {@code apt-get install pgbouncer}).
 */
@PostgresNodes({"east", "west"})
class PoolerIT {

    private PostgresNode east;
    private PostgresNode west;

    @TempDir
    private Path folder;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        assumeTrue(PgBouncer.isInstalled(), "PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
    }

    private Finding pooler(String url) {
        return Operations.on(List.of(new NodeSettings("west", url, west.username(), null)), DecisionSettings.DEFAULT)
                .doctor()
                .stream()
                .filter(f -> f.check().equals("pooler"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutOneTheDoctorSeesNone() {
        assertThat(pooler(west.jdbcUrl()).severity()).isEqualTo(Severity.OK);
    }

    @Test
    void thatSharesSessionsBetweenTransactionsIsAnErrorAndItsCommandMendsIt() throws Exception {
        try (PgBouncer pooler = PgBouncer.before(west, "transaction", folder)) {
            Finding finding = pooler(pooler.url());
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(finding.advice()).contains("pool_mode = session");
        }
        try (PgBouncer pooler = PgBouncer.before(west, "session", folder)) {
            assertThat(pooler(pooler.url()).severity()).isEqualTo(Severity.NOTICE);
        }
    }

    @Test
    void inSessionModeTransactionsAreAtomicAndOrphansAreRecovered() throws Exception {
        try (PgBouncer pooler = PgBouncer.before(west, "session", folder);
                PostgresXa xa = PostgresXa.builder()
                        .home("first-used")
                        .node("east", east.jdbcUrl(), east.username(), east.password())
                        .node("west", pooler.url(), west.username(), null)
                        .build()) {
            for (int i = 0; i < 20; i++) {
                transfer(xa, i % 4 != 3);
            }
            assertThat(east.queryForLong("select balance from account where id = 2"))
                    .isEqualTo(985);
            assertThat(west.queryForLong("select balance from account where id = 2"))
                    .isEqualTo(1015);

            Orphan orphan = Orphan.leave(east, west);
            long end = System.nanoTime() + 20_000_000_000L;
            while (orphan.isPrepared()) {
                xa.recoverNow();
                assertThat(System.nanoTime()).isLessThan(end);
            }
            assertThat(orphan.balance()).isEqualTo(1000);
        }
    }

    private static void transfer(PostgresXa xa, boolean commit) throws Exception {
        UserTransaction transaction = xa.userTransaction();
        transaction.begin();
        change(xa, "east", -1);
        change(xa, "west", 1);
        if (commit) {
            transaction.commit();
        } else {
            transaction.rollback();
        }
    }

    private static void change(PostgresXa xa, String node, int amount) throws Exception {
        try (Connection c = xa.dataSource(node).getConnection();
                Statement s = c.createStatement()) {
            s.executeUpdate("update account set balance = balance + %d where id = 2".formatted(amount));
        }
    }
}
