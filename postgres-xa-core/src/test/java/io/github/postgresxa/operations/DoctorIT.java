package io.github.postgresxa.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the doctor says of nodes. What it prints for each fault is run by {@link DoctorCommandsIT}. */
@PostgresNodes({"east", "west"})
class DoctorIT {

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        west.execute("drop schema if exists pgxa cascade", Operations.ddl("pgxa"));
        east.execute("drop schema if exists pgxa cascade", Operations.ddl("pgxa"));
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared " + SqlText.literal(p.gid())));
    }

    private static List<Finding> examine(NodeSettings... nodes) {
        return Operations.on(List.of(nodes), DecisionSettings.DEFAULT).doctor();
    }

    private List<Finding> west() {
        return examine(Bank.settings(west));
    }

    private static Finding finding(List<Finding> findings, String check) {
        return findings.stream()
                .filter(f -> f.check().equals(check) && f.severity() != Severity.OK)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding '%s' in %s".formatted(check, findings)));
    }

    private static void assertMended(List<Finding> findings, String check) {
        assertThat(findings).filteredOn(f -> f.check().equals(check)).allMatch(f -> f.severity() == Severity.OK);
    }

    /** Runs the printed command. */
    private static void mend(PostgresNode node, Finding finding) {
        for (String statement : finding.command().split(";")) {
            if (!statement.isBlank()) {
                node.execute(statement);
            }
        }
    }

    @Test
    void healthyNodesHaveNothingToMend() {
        List<Finding> findings = examine(Bank.settings(east), Bank.settings(west));
        assertThat(findings)
                .filteredOn(f -> f.severity().compareTo(Severity.NOTICE) > 0)
                .isEmpty();
        assertThat(findings).extracting(Finding::node).contains("east", "west");
        assertThat(FindingTable.of(findings, true))
                .contains("fsync = on", "PostgreSQL " + east.queryForString("show server_version"));
    }

    @Test
    void aNodeThatDoesNotAnswer() {
        west.kill();
        Finding finding = finding(examine(Bank.settings(east), Bank.settings(west)), "reachable");
        west.start();
        assertThat(finding.node()).isEqualTo("west");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.command()).startsWith("$ pg_isready");
        assertMended(west(), "reachable");
    }

    private void awaitSetting(String setting, String value) {
        while (!west.queryForString("show " + setting).equals(value)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aSchemaOfAnOlderVersion() {
        west.execute("update pgxa.node set version = 1");
        Finding finding = finding(west(), "schema");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.what()).contains("version 1, this release needs version " + DecisionSchema.VERSION);
        assertThat(finding.command()).contains("postgres-xa-cli.jar schema --schema pgxa | psql -v");
        west.execute(Operations.ddl("pgxa"));
        assertMended(west(), "schema");
        assertThat(west.queryForLong("select version from pgxa.node")).isEqualTo(DecisionSchema.VERSION);
    }

    @Test
    void aDefaultRole() {
        west.execute(
                "create role lease login",
                "create role tenant nologin",
                "create role settler login",
                "grant tenant to lease",
                "alter role lease set role = tenant");
        try {
            NodeSettings one = new NodeSettings("west", west.jdbcUrl(), "lease", null);
            Finding finding = finding(examine(one), "default-role");
            assertThat(finding.what()).isEqualTo("connections of 'lease' begin under the default role 'tenant'");
            NodeSettings two = one.withRecoveryRole(new RecoveryRole("settler", null));
            assertThat(finding(examine(two), "default-role").what()).isEqualTo(finding.what());
            mend(west, finding(examine(two), "roles"));
            assertMended(examine(two), "roles");
        } finally {
            west.execute("drop owned by lease, tenant, settler", "drop role lease, tenant, settler");
        }
    }

    @Test
    void rolesThatMayNotDoTheirWork() {
        west.execute(
                "drop role if exists worker",
                "drop role if exists recoverer",
                "create role worker login",
                "create role recoverer login");
        try {
            NodeSettings two = new NodeSettings("west", west.jdbcUrl(), "worker", null)
                    .withRecoveryRole(new RecoveryRole("recoverer", null));
            mend(west, finding(examine(two), "roles"));
            // One right after the other, as the doctor asks for them.
            for (int i = 0; i < 4; i++) {
                for (Finding finding : examine(two)) {
                    if (finding.check().equals("rights")) {
                        mend(west, finding);
                    }
                }
            }
            assertMended(examine(two), "roles");
            assertMended(examine(two), "rights");
            for (String needed : List.of(
                    "has_table_privilege('recoverer', 'pgxa.participant', 'select')",
                    "has_column_privilege('recoverer', 'pgxa.node', 'mark', 'update')",
                    "has_column_privilege('recoverer', 'pgxa.manager', 'seen_at', 'update')",
                    "has_table_privilege('recoverer', 'pgxa.manager', 'delete')",
                    "has_table_privilege('recoverer', 'pgxa.manager_decision', 'insert')")) {
                assertThat(west.queryForString("select " + needed)).as(needed).isEqualTo("t");
            }
            west.execute("alter role worker nologin");
            Finding finding = finding(examine(two), "roles");
            assertThat(finding.what()).contains("cannot log in");
            mend(west, finding);
            assertMended(examine(two), "roles");
        } finally {
            west.execute("drop owned by worker, recoverer", "drop role worker, recoverer");
        }
    }

    /** The limit is zero here, so any time is too long. */
    @Test
    void whatStaysPreparedWithItsOwnerAndHowFarItHoldsVacuumBack() throws Exception {
        Orphan.tables(east, west);
        Orphan orphan = Orphan.leave(east, west);
        west.execute("begin; insert into account values (7, 1);"
                + " prepare transaction '1096044365_bm9kZS1BMTc5NTM0ODg5NDU4MDAwMDAx_bm9kZS1BMg=='");
        List<Finding> findings = new Doctor(
                        new NodeQueries(List.of(new Node(Bank.settings(west), "doctor")), Runnable::run),
                        DecisionSettings.DEFAULT,
                        Duration.ZERO,
                        Console.naming(List.of(Bank.settings(west)), "pgxa"))
                .examine();

        Finding ours = finding(findings, "in-doubt");
        assertThat(ours.what()).contains(orphan.gid(), "VACUUM is held back by");
        assertThat(ours.command()).contains("cli.jar recover --node ");
        Finding foreign = finding(findings, "foreign");
        assertThat(foreign.what()).contains("Atomikos (node-A)");
        assertThat(foreign.advice()).contains("Start that transaction manager", "in database '" + west.database());
        mend(west, foreign);
        assertThat(west.preparedTransactions()).hasSize(1);
    }

    @Test
    void whatIsPreparedUnderAStrangeNameIsFoundByIt() {
        String gid = "it''s \\ mine";
        west.execute(
                "create table if not exists strange (id int)",
                "begin; insert into strange values (7); prepare transaction '%s'".formatted(gid));
        Operations operations =
                Operations.on(List.of(Bank.settings(east), Bank.settings(west)), DecisionSettings.DEFAULT);
        PreparedPage found = operations.prepared(gid.replace("''", "'"));
        assertThat(found.totals().toString()).isEqualTo("{east=0, west=1}");
        Finding settling = operations.howToSettle(found.entries().get(0));
        assertThat(settling.command()).isEqualTo("ROLLBACK PREPARED E'it''s \\\\ mine';");
        mend(west, settling);
        assertThat(west.preparedTransactions()).isEmpty();
    }

    @Test
    void oneDatabaseUnderTwoNames() {
        List<Finding> findings =
                examine(Bank.settings(west), new NodeSettings("far", west.jdbcUrl(), west.username(), west.password()));
        assertThat(finding(findings, "one-database").what()).contains("'west'", "'far'");
    }

    @Test
    void aStandbyWhereAPrimaryShouldBe() {
        StandbyNode standby = west.standby("west2");
        try {
            Finding finding = finding(
                    examine(new NodeSettings("west", standby.jdbcUrl(), west.username(), west.password())), "primary");
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
            assertThat(west())
                    .filteredOn(f -> f.check().equals("standbys"))
                    .singleElement()
                    .satisfies(f -> assertThat(f.what()).contains("max_prepared_transactions of at least"));
            assertThat(finding(west(), "failover").what()).contains("commits wait for none");
            standby.promote();
            assertMended(
                    examine(new NodeSettings("west", standby.jdbcUrl(), west.username(), west.password())), "primary");
        } finally {
            standby.close();
        }
    }

    @Test
    void synchronousStandbysThatAreNotThere() {
        west.execute("alter system set synchronous_standby_names = 'nobody'", "select pg_reload_conf()");
        awaitSetting("synchronous_standby_names", "nobody");
        try {
            assertThat(finding(west(), "failover").severity()).isEqualTo(Severity.WARNING);
        } finally {
            west.execute("alter system reset synchronous_standby_names", "select pg_reload_conf()");
            awaitSetting("synchronous_standby_names", "");
        }
    }
}
