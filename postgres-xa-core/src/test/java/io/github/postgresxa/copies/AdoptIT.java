package io.github.postgresxa.copies;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.gid.NodeIdentity;
import io.github.postgresxa.gid.Participant;
import io.github.postgresxa.gid.Xid8;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.AdoptRequest;
import io.github.postgresxa.operations.Adoption;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.Origin;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.Severity;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator does about a copied or moved database, and what is refused. */
@PostgresNodes({"east", "west", "north"})
class AdoptIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private PostgresNode east;
    private PostgresNode west;
    private PostgresNode north;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        this.east = east;
        this.west = west;
        this.north = north;
        for (PostgresNode node : List.of(east, west)) {
            node.execute("drop schema if exists pgxa cascade");
        }
        try (Bank bank = Bank.open(east, west)) {
            bank.transaction().begin();
            bank.add("east", -1);
            bank.add("west", 1);
            bank.transaction().commit();
        }
    }

    @AfterEach
    void clean() throws Exception {
        east.start();
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
        Copies.maintain(east, "drop database if exists %s_copy with (force)".formatted(east.database()));
    }

    private NodeSettings node(String name, String url) {
        return new NodeSettings(name, url, east.username(), east.password());
    }

    private NodeSettings node(PostgresNode node) {
        return node(node.name(), node.jdbcUrl());
    }

    private static Operations on(NodeSettings... nodes) {
        return Operations.on(List.of(nodes), DecisionSettings.DEFAULT);
    }

    private static AdoptRequest order(String node, Origin origin, boolean force) {
        return new AdoptRequest(node, origin, "ticket 12", "test", force);
    }

    /** Exactly the arguments that the doctor's command prints after {@code adopt}. */
    private static AdoptRequest printed(Operations operations, String node) {
        Finding finding = worst(operations, node);
        assertThat(finding.command()).startsWith("$ java -jar postgres-xa-cli.jar adopt ");
        List<String> words = Arrays.asList(finding.command().split(" "));
        int at = words.indexOf("adopt");
        return new AdoptRequest(
                words.get(at + 1),
                Origin.valueOf(words.get(at + 2).toUpperCase(Locale.ROOT)),
                "the doctor",
                "test",
                words.contains("--force"));
    }

    private static Finding worst(Operations operations, String node) {
        return operations.doctor().stream()
                .filter(f -> f.node().equals(node) && f.severity() == Severity.ERROR)
                .findFirst()
                .orElseThrow();
    }

    private static void assertNoError(Operations operations) {
        assertThat(operations.doctor()).noneMatch(f -> f.severity() == Severity.ERROR);
    }

    private static void refused(Operations operations, AdoptRequest order, String why) {
        assertThatThrownBy(() -> operations.adopt(order))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(why);
    }

    /** The embedded manager of an instance has decided. */
    private static void decideAsManager(PostgresNode node) {
        node.execute(
                "insert into pgxa.manager (name, node, application) select 'pgxaq', identity, 'bank' from pgxa.node",
                "insert into pgxa.manager_decision (gtrid, manager, outcome) values ('cGd4YXE', 'pgxaq', 'C')");
    }

    @Test
    void aCopyGetsAnIdentityOfItsOwnAndTakesPartBesideItsOriginal() throws Exception {
        decideAsManager(east);
        String url = Copies.template(east);
        Operations operations = on(node(east), node(west), node("copy", url));
        Finding finding = worst(operations, "copy");
        assertThat(finding.what()).contains("belongs to database");
        assertThat(finding.why()).contains("copy of another of these nodes");
        String original = Bank.identity(east);

        try (PostgresXa xa = Bank.builder(east, west).node(node("copy", url)).build()) {
            assertThat(xa.nodes().get(2).problem()).contains("belongs to database");
            Adoption done = operations.adopt(printed(operations, "copy"));
            assertThat(done.before()).isEqualTo(original);
            assertThat(done.now()).isNotEqualTo(original);
            assertNoError(operations);
            eventually(LIMIT, "it is used", () -> xa.nodes().get(2).problem() == null);
            Bank bank = Bank.over(xa, List.of(east, west));
            bank.transaction().begin();
            for (String name : List.of("copy", "east", "west")) {
                bank.add(name, 1);
            }
            bank.transaction().commit();
            assertThat(bank.read("copy")).isEqualTo(1000);
            assertThat(Bank.identity(east)).isEqualTo(original);
            try (Connection c = xa.dataSource("copy").getConnection();
                    ResultSet rows =
                            c.createStatement().executeQuery("select count(*), max(coordinator) from pgxa.decision")) {
                rows.next();
                assertThat(rows.getLong(1)).as("only its own decision").isEqualTo(1);
            }
            try (Connection c = xa.dataSource("copy").getConnection();
                    ResultSet rows = c.createStatement()
                            .executeQuery("select (select count(*) from pgxa.manager),"
                                    + " (select count(*) from pgxa.manager_decision)")) {
                rows.next();
                assertThat(rows.getLong(1) + rows.getLong(2))
                        .as("its original's managers")
                        .isZero();
            }
            assertThat(east.queryForString("select outcome from pgxa.manager_decision"))
                    .isEqualTo("C");
        }
    }

    @Test
    void aMovedOneKeepsItsIdentityAndItsDecisionsOnceItsOriginalIsGone() throws Exception {
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, east, west);
        east.execute(
                "update account set balance = balance - 10 where id = 1",
                "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                        + " participant_incarnations)"
                        + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['0'::xid8], array['-'])"
                                .formatted(id, Bank.identity(west)));
        String identity = Bank.identity(east);
        decideAsManager(east);
        east.execute("update pgxa.node set mark = '9999999999'::xid8");
        String url = Copies.dump(east, north);
        refused(
                on(node("moved", url), node(east), node(west)),
                order("moved", Origin.MOVED, true),
                "The original of node 'moved' answers, as node 'east'");
        east.stop();
        refused(
                on(node("moved", url), node(east), node(west)),
                order("moved", Origin.MOVED, false),
                "These nodes do not answer, and one of them may be the original");
        Operations operations = on(node("moved", url), node(west));
        refused(operations, order("moved", Origin.MOVED, false), "wait for a decision");
        refused(operations, order("moved", Origin.COPY, false), "wait for a home");
        assertThat(west.preparedTransactions()).hasSize(1);

        try (PostgresXa xa = PostgresXa.builder()
                .home("first-used")
                .recovery(Bank.FAST)
                .node(node("moved", url))
                .node(node(west))
                .build()) {
            assertThat(operations.adopt(order("moved", Origin.MOVED, true)).now())
                    .isEqualTo(identity);
            eventually(
                    LIMIT,
                    "its decision is carried out",
                    () -> west.preparedTransactions().isEmpty());
            assertThat(xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
        }
        assertNoError(operations);
        refused(operations, order("moved", Origin.MOVED, true), "there is nothing to do");
        assertThat(north.queryForString("select mark from pgxa.node"))
                .as("below it, no row proves nothing, also where its server counts from the beginning")
                .isEqualTo("9999999999");
        assertThat(north.queryForString("select outcome from pgxa.manager m join pgxa.manager_decision d"
                        + " on d.manager = m.name join pgxa.node n on n.identity = m.node"))
                .as("what managers decided")
                .isEqualTo("C");
        assertThat(Bank.balances(north, west)).containsExactly(989L, 1011L);
    }

    /** No snapshot of the new count would pass them: they would stay for ever. */
    @Test
    void fencesOfTheOldCountAreDeletedAfterAMove() throws Exception {
        String row = "insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                + " values (gen_random_uuid(), '%s', '%s', '%s', now() - interval '3 h')";
        east.execute(row.formatted("A", "9999999999", "fence"), row.formatted("C", "9999999998", "alone"));
        String url = Copies.dump(east, north);
        on(node("moved", url), node(west)).adopt(order("moved", Origin.MOVED, true));
        try (PostgresXa xa = PostgresXa.builder()
                .home("first-used")
                .recovery(Bank.FAST)
                .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                .node(node("moved", url))
                .node(node(west))
                .build()) {
            eventually(
                    LIMIT,
                    "all rows are gone",
                    () -> north.queryForLong(
                                    "select count(*) from pgxa.decision where coordinator in ('fence', 'alone')")
                            == 0);
            assertThat(xa.inDoubt()).isEmpty();
        }
        assertThat(north.queryForString("select mark from pgxa.node"))
                .as("whoever asks with an xid of the old count finds that rows are gone")
                .isEqualTo("9999999998");
    }

    /** A delayed coordinator asks the moved home for a transaction that is committed, and whose decision is deleted. */
    @ParameterizedTest
    @ValueSource(strings = {"", "update pgxa.node set mark = null"})
    void afterAMoveNoRowIsNoProofOfARollback(String reset) throws Exception {
        String atWest = "select mark from pgxa.participant where identity = '%s'".formatted(Bank.identity(west));
        try (PostgresXa forgetting = Bank.builder(east, west)
                .decision(new DecisionSettings("pgxa", true, Duration.ZERO, false))
                .build()) {
            eventually(LIMIT, "forgotten", () -> east.queryForLong("select count(*) from pgxa.decision") == 0);
            assertThat(forgetting.inDoubt()).isEmpty();
        }
        east.execute("update pgxa.node set mark = '9999999999'::xid8");
        String url = Copies.dump(east, north);
        on(node("moved", url), node(west)).adopt(order("moved", Origin.MOVED, true));
        if (!reset.isEmpty()) {
            // As an earlier release did, or a person.
            north.execute(reset);
        }
        Participant branch =
                new Participant(new NodeIdentity(Bank.identity(west)), Xid8.parse(north.queryForString(atWest)), "1:1");
        try (Wire wire = new Node(node("moved", url), "late").connectForRecovery()) {
            assertThat(new DecisionLog("pgxa", "late")
                            .fences()
                            .write(
                                    wire,
                                    TransactionId.random(),
                                    new NodeIdentity(Bank.identity(east)),
                                    List.of(),
                                    List.of(branch.identity()),
                                    written -> written.provesRollback(new Xid8(5_000_000), List.of(branch))))
                    .isEmpty();
        }
    }

    /** Its log may be the only one left. */
    @Test
    void aCopyIsNotEmptiedBlindlyWhileANodeDoesNotAnswer() throws Exception {
        String url = Copies.dump(east, north);
        Operations operations = on(node("copy", url), node("gone", "jdbc:postgresql://127.0.0.1:1/bank"), node(west));
        refused(operations, order("copy", Origin.COPY, false), "These nodes do not answer");
        assertThat(north.queryForLong("select count(*) from pgxa.decision")).isEqualTo(1);
        assertThat(operations.adopt(order("copy", Origin.COPY, true)).before()).isEqualTo(Bank.identity(east));
        assertThat(north.queryForLong("select count(*) from pgxa.decision")).isZero();
    }

    @Test
    void besideItsOriginalACopyIsAdoptedAlsoWhileAnotherNodeDoesNotAnswer() throws Exception {
        String url = Copies.dump(east, north);
        Operations operations = on(node("copy", url), node("gone", "jdbc:postgresql://127.0.0.1:1/bank"), node(east));
        assertThat(operations.adopt(order("copy", Origin.COPY, false)).now()).isNotEqualTo(Bank.identity(east));
    }

    @Test
    void aCloneOfTheFilesIsTakenForTheOriginalUnlessForcedAndNobodyIsConnected() throws Exception {
        String original = Bank.identity(east);
        try (StandbyNode clone = east.standby("clone")) {
            clone.awaitCaughtUp();
            clone.promote();
            Operations operations = on(node(east), node(west), node("clone", clone.jdbcUrl()));
            assertThat(worst(operations, "clone").what()).contains("copies of the same files");
            refused(operations, order("clone", Origin.COPY, false), "belongs to this very database");
            refused(operations, order("clone", Origin.MOVED, true), "there is nothing to do");
            try (Connection c = clone.connect()) {
                assertThat(c.isValid(5)).isTrue();
                refused(operations, order("clone", Origin.COPY, true), "1 sessions are connected");
            }
            AdoptRequest order = printed(operations, "clone");
            Connection stopping = clone.connect();
            CompletableFuture<Adoption> done = CompletableFuture.supplyAsync(() -> operations.adopt(order));
            eventually(
                    LIMIT,
                    "the order looks at the database",
                    () -> clone.queryForLong("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and backend_type = 'client backend' and pid <> pg_backend_pid()")
                            > 1);
            stopping.close();
            assertThat(done.get(LIMIT.toSeconds(), TimeUnit.SECONDS).node()).isEqualTo("clone");
            assertNoError(operations);
            assertThat(clone.queryForString("select identity from pgxa.node")).isNotEqualTo(original);
            assertThat(clone.queryForLong("select count(*) from pgxa.decision")).isZero();
            assertThat(Bank.identity(east)).isEqualTo(original);
        }
    }

    @Test
    void twoNamesOfOneDatabaseAreNoCopy() {
        refused(
                on(node(east), node("again", east.jdbcUrl())),
                order("again", Origin.COPY, true),
                "one and the same database");
    }

    @Test
    void aRoleThatDoesNotOwnTheSchemaChangesNothing() throws Exception {
        String url = Copies.template(east);
        east.execute("drop role if exists teller", "create role teller login");
        try (Connection c = DriverManager.getConnection(url, east.username(), east.password())) {
            c.createStatement().execute("grant usage on schema pgxa to teller; grant select on pgxa.node to teller");
            Operations operations = on(new NodeSettings("copy", url, "teller", null));
            refused(operations, order("copy", Origin.COPY, false), "permission denied");
            c.createStatement().execute("drop owned by teller");
        } finally {
            east.execute("drop role teller");
        }
        assertThat(worst(on(node("copy", url)), "copy").what()).contains("belongs to database");
    }

    @Test
    void anIdentityThatWasNeverBoundIsBoundByTheScripts() {
        east.execute("update pgxa.node set system_identifier = null, database_oid = null");
        Operations operations = on(node(east));
        Finding finding = worst(operations, "east");
        assertThat(finding.what()).contains("belongs to no database");
        assertThat(finding.command()).contains("postgres-xa-cli.jar schema");
        east.execute(Operations.ddl("pgxa"));
        assertNoError(operations);
    }
}
