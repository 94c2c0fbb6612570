package io.github.postgresxa.operations;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an observer shows, whoever prepared it. {@code ObservedAtomikosIT} has a real manager. */
@PostgresNodes({"east", "west"})
class ObserverIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RecoverySettings PACE =
            new RecoverySettings(true, Duration.ofMillis(50), Duration.ofMillis(100));
    private static final String ATOMIKOS = "1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_";

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        Orphan.tables(east, west);
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(left -> {
                if (left.database().equals(node.database())) {
                    node.execute("rollback prepared " + SqlText.literal(left.gid()));
                }
            });
        }
    }

    private static Observer observing(NodeSettings... nodes) {
        return Observer.start("observer", List.of(nodes), PACE);
    }

    private static NodeSettings node(String name, String url, PostgresNode like) {
        return new NodeSettings(name, url, like.username(), like.password());
    }

    private static List<PreparedTransaction> seen(Observer observer, int transactions) throws Exception {
        eventually(
                LIMIT,
                transactions + " are seen",
                () -> observer.transactions().unreachable().isEmpty()
                        && observer.inDoubt().size() == transactions);
        return observer.inDoubt();
    }

    /** Another application of this project works on the same nodes. */
    @Test
    void oursAreShownAndLeftToTheirApplication() throws Exception {
        TransactionId id = TransactionId.random();
        Orphan.leave(east, west, id);
        Orphan.leave(east, east, id);
        try (Observer observer = observing(Bank.settings(east), Bank.settings(west))) {
            PreparedTransaction ours = seen(observer, 1).get(0);
            assertThat(ours.id()).isEqualTo(id.toString());
            assertThat(ours.owner()).isEqualTo(Owner.POSTGRES_XA);
            assertThat(ours.branches()).hasSize(2);
            assertThat(ours.xid()).isNull();
            assertThat(observer.nodes()).allMatch(node -> node.ours() == 1 && node.oldestOurs() != null);
            PreparedExplanation explained = observer.operations().explain(id.toString());
            assertThat(explained.branches())
                    .hasSize(2)
                    .allSatisfy(branch -> assertThat(branch.locks()).isNotEmpty());
            assertThat(explained.summary()).contains("any application that manages these nodes");
        }
        assertThat(west.preparedTransactions()).hasSize(1);
    }

    @Test
    void databasesOfOneServerShowEachBranchOnce() throws Exception {
        String other = west.jdbcUrl().replace("/" + west.database(), "/observed_other");
        String noNode = west.jdbcUrl().replace("/" + west.database(), "/observed_no_node");
        west.execute("create database observed_other", "create database observed_no_node");
        try {
            prepare(west.jdbcUrl(), ATOMIKOS + "YQ==");
            prepare(other, ATOMIKOS + "Yg==");
            prepare(noNode, "of no node");
            try (Observer observer = observing(Bank.settings(west), node("other", other, west))) {
                List<PreparedTransaction> all = seen(observer, 2);
                assertThat(all.get(0).branches())
                        .extracting(branch -> branch.node() + " " + branch.database())
                        .containsExactly("west " + west.database(), "other observed_other");
                assertThat(all.get(1).branches())
                        .extracting(branch -> branch.node() + " " + branch.database())
                        .containsExactly("west observed_no_node");
                assertThat(all.get(1).notPreparedOn()).containsExactly("other");
                PreparedExplanation explained =
                        observer.operations().explain(all.get(0).id());
                assertThat(explained.branches())
                        .extracting(BranchExplanation::node)
                        .containsExactly("west", "other");
                assertThat(observer.nodes()).extracting(ObservedNode::inDoubt).containsExactly(2, 1);
            }
        } finally {
            finish(other, ATOMIKOS + "Yg==");
            finish(noNode, "of no node");
            west.execute("drop database observed_other with (force)", "drop database observed_no_node with (force)");
        }
    }

    private void prepare(String url, String gid) throws SQLException {
        execute(url, "begin; select pg_current_xact_id(); prepare transaction '" + gid + "'");
    }

    private void finish(String url, String gid) throws SQLException {
        execute(url, "rollback prepared '" + gid + "'");
    }

    private void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, west.username(), west.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** It lists nothing, whatever is prepared on its primary. */
    @Test
    void aStandbyIsNoNodeWithoutDoubt() throws Exception {
        try (StandbyNode standby = west.standby("west_observed");
                Observer observer = observing(node("west", standby.jdbcUrl(), west))) {
            eventually(LIMIT, "it is looked at", () -> observer.nodes().get(0).reachable());
            assertThat(observer.nodes().get(0).problem()).contains("leads to a standby");
            assertThat(observer.operations().transactions().unreachable()).containsKey("west");
        }
    }

    /** A setting of the observer's session would reach the next session of the application. */
    @Test
    void behindAPoolerThatSharesSessionsTheApplicationNoticesNothing(@TempDir Path folder) throws Exception {
        assumeTrue(PgBouncer.isInstalled(), "PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        prepare(west.jdbcUrl(), ATOMIKOS + "YQ==");
        try (PgBouncer pooler = PgBouncer.before(west, "transaction", folder);
                Observer observer = observing(new NodeSettings("west", pooler.url(), west.username(), null))) {
            seen(observer, 1);
            observer.operations().doctor();
            assertThat(observer.operations().explain(ATOMIKOS + "YQ==").branches())
                    .hasSize(1);
            try (Connection application = DriverManager.getConnection(pooler.url(), west.username(), null);
                    Statement statement = application.createStatement()) {
                for (String setting : List.of("search_path", "statement_timeout", "default_transaction_read_only")) {
                    try (ResultSet row = statement.executeQuery(
                            "select setting = boot_val from pg_settings where name = '" + setting + "'")) {
                        row.next();
                        assertThat(row.getBoolean(1)).as(setting).isTrue();
                    }
                }
            }
        }
    }
}
