package io.github.postgresxa.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.TransactionId;
import io.github.postgresxa.gid.Gid;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Roster;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a prepared branch shows, it shows for as long as it is prepared. */
@PostgresNodes("east")
class RostersIT {

    private static final NodeIdentity HERE = new NodeIdentity("0123456789abcdef");
    private static final NodeIdentity OTHER = new NodeIdentity("fedcba9876543210");
    private static final Roster BOTH = Roster.of(List.of(HERE, OTHER));

    private final Gid shown = name();
    private final Gid bare = name();

    private static Gid name() {
        return Gid.ours("pgxa/2/%s/%s/%s/0000002a.Zw.YQ".formatted(TransactionId.random(), OTHER, HERE))
                .orElseThrow();
    }

    @AfterEach
    void rollBack(PostgresNode east) {
        east.start();
        east.preparedTransactions().forEach(p -> east.execute("rollback prepared '%s'".formatted(p.gid())));
    }

    private void prepareBoth(PostgresNode east) {
        east.execute(
                "begin; select pg_advisory_xact_lock(7, 8); savepoint pgxa; " + BOTH.statement()
                        + "prepare transaction '%s'".formatted(shown),
                "begin; select pg_advisory_xact_lock_shared(9, 8); prepare transaction '%s'".formatted(bare));
    }

    private static Map<Gid, Roster> read(PostgresNode node) throws SQLException {
        try (Wire wire = new Node(Bank.settings(node), "test").connectForRecovery()) {
            return Rosters.read(wire);
        }
    }

    @Test
    void survivesACrashAndGoesWithItsBranch(PostgresNode east) throws Exception {
        prepareBoth(east);
        assertThat(read(east)).isEqualTo(Map.of(shown, BOTH, bare, Roster.NONE));
        east.kill();
        east.start();
        assertThat(read(east)).isEqualTo(Map.of(shown, BOTH, bare, Roster.NONE));
        east.execute("commit prepared '%s'".formatted(shown));
        assertThat(read(east)).isEqualTo(Map.of(bare, Roster.NONE));
    }

    @Test
    void survivesAFailover(PostgresNode east) throws Exception {
        try (StandbyNode east2 = east.standby("east2")) {
            prepareBoth(east);
            east2.awaitCaughtUp();
            east.kill();
            east2.promote();
            assertThat(read(east2)).isEqualTo(Map.of(shown, BOTH, bare, Roster.NONE));
        }
    }
}
