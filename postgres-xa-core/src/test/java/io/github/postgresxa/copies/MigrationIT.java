package io.github.postgresxa.copies;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.Wire;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schema of version 1, as the first release left it, under this release. */
@PostgresNodes({"east", "west"})
class MigrationIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final DecisionSettings NEVER = new DecisionSettings("pgxa", false, Duration.ofHours(1), false);

    /** The first release's decision, word for word. */
    private static final String DECIDE =
            "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'old', '{%s}', '{%s}', '{%s}')";

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void versionOne(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        for (PostgresNode node : List.of(east, west)) {
            node.execute("drop schema if exists pgxa cascade", "drop schema if exists log cascade", script("v1.sql"));
        }
        Bank.createAccounts(east, west);
    }

    private static String script(String name) throws IOException {
        try (InputStream in = MigrationIT.class.getResourceAsStream("/io/github/postgresxa/schema/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long version(PostgresNode node) {
        return node.queryForLong("select version from pgxa.node");
    }

    private static void transfer(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
    }

    private static String decide(TransactionId id) {
        return DECIDE.formatted(id, "", "", "");
    }

    /** The home's part of a transfer from east to west: what it decides is what {@link #prepareWest} prepared. */
    private String decideOver(TransactionId id, String xid) {
        return "update account set balance = balance - 10 where id = 1; "
                + DECIDE.formatted(id, Bank.identity(west), xid, Bank.incarnation(west));
    }

    /** {@return the xid of the branch} */
    private String prepareWest(TransactionId id) throws SQLException {
        Bank.leavePrepared(id, 1, east, west);
        return west.queryForString("select transaction from pg_prepared_xacts where gid like '%" + id + "%'");
    }

    private Bank bank(DecisionSettings decision) {
        return Bank.over(Bank.builder(east, west).decision(decision).build(), List.of(east, west));
    }

    @Test
    void isMigratedWhileAnInstanceOfTheFirstReleaseDecides() throws Exception {
        String identity = Bank.identity(east);
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger decided = new AtomicInteger();
        CompletableFuture<Void> old = CompletableFuture.runAsync(() -> {
            try (Connection c = east.connect();
                    Statement s = c.createStatement()) {
                while (!enough.get()) {
                    s.execute("select identity, version from pgxa.node; select identity, mark from pgxa.node");
                    s.execute("begin; " + decide(TransactionId.random()) + "; commit");
                    decided.incrementAndGet();
                    s.execute("begin; " + decide(TransactionId.random()) + "; select identity, mark from pgxa.node;"
                            + " commit");
                    decided.incrementAndGet();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        eventually(LIMIT, "it is at work", () -> decided.get() > 10 || old.isDone());
        try (Bank bank = bank(DecisionSettings.DEFAULT)) {
            transfer(bank);
            int before = decided.get();
            eventually(LIMIT, "it is at work beside", () -> decided.get() > before + 10 || old.isDone());
            enough.set(true);
            old.join();
            assertThat(bank.balances()).containsExactly(999L, 1001L);
        }
        assertThat(version(east)).isEqualTo(DecisionSchema.VERSION);
        assertThat(Bank.identity(east)).isEqualTo(identity);
        assertThat(east.queryForLong("select count(*) from pgxa.decision where coordinator = 'old'"))
                .isEqualTo(decided.get());
        assertThat(east.queryForLong("select count(*) from pgxa.node where system_identifier ="
                        + " (select system_identifier from pg_control_system()) and database_oid ="
                        + " (select oid from pg_database where datname = current_database())"))
                .isEqualTo(1);
    }

    /** A release that is not updated yet, but dead: with a decision, and before it came to one. */
    @Test
    void whatAnInstanceOfTheFirstReleaseLeftIsFinishedAfterTheMigration() throws Exception {
        TransactionId decided = TransactionId.random();
        east.execute("begin; " + decideOver(decided, prepareWest(decided)) + "; commit");
        TransactionId undecided = TransactionId.random();
        west.execute("insert into account values (2, 1000) on conflict (id) do update set balance = 1000");
        Bank.leavePrepared(undecided, 2, east, west);
        try (Bank bank = bank(DecisionSettings.DEFAULT)) {
            eventually(LIMIT, "nothing is left prepared", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(990L, 1010L);
            assertThat(west.queryForLong("select balance from account where id = 2"))
                    .isEqualTo(1000);
            assertThat(bank.xa.outcome(decided)).isEqualTo(Outcome.COMMITTED);
            assertThat(bank.xa.outcome(undecided)).isEqualTo(Outcome.ROLLED_BACK);
        }
    }

    @Test
    void aTransactionOfTheFirstReleaseIsDecidedAfterTheMigrationInItsMiddle() throws Exception {
        TransactionId id = TransactionId.random();
        RecoverySettings patient = new RecoverySettings(true, Duration.ofMillis(200), Duration.ofMinutes(5));
        try (Connection old = east.connect();
                Statement home = old.createStatement()) {
            home.execute("begin; select identity, mark from pgxa.node; commit");
            home.execute("begin; update account set balance = balance where id = 1");
            String xid = prepareWest(id);
            try (Bank bank =
                    Bank.over(Bank.builder(east, west).recovery(patient).build(), List.of(east, west))) {
                assertThat(version(east)).isEqualTo(DecisionSchema.VERSION);
                home.execute(decideOver(id, xid) + "; commit");
                eventually(LIMIT, "recovery obeys it", () -> bank.prepared() == 0);
                assertThat(bank.balances()).containsExactly(990L, 1010L);
                assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
            }
        }
    }

    @Test
    void severalInstancesMigrateAtOnce() {
        List<CompletableFuture<Bank>> starting = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> bank(DecisionSettings.DEFAULT)))
                .limit(4)
                .toList();
        for (CompletableFuture<Bank> start : starting) {
            try (Bank bank = start.join()) {
                assertThat(bank.xa.nodes()).allMatch(node -> node.problem() == null);
            }
        }
        assertThat(version(east)).isEqualTo(DecisionSchema.VERSION);
    }

    @Test
    void underAnotherName() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute(script("v1.sql").replaceAll("\\bpgxa\\b", "log"));
        }
        try (Bank bank = bank(new DecisionSettings("log", true, Duration.ofHours(1), false))) {
            transfer(bank);
            assertThat(bank.balances()).containsExactly(999L, 1001L);
        }
        assertThat(east.queryForLong("select version from log.node")).isEqualTo(DecisionSchema.VERSION);
        assertThat(version(east)).isEqualTo(1);
    }

    @Test
    void whereItIsTheOperatorsBusinessTheScriptIsNamedAndItsRunIsEnough() throws Exception {
        try (Bank bank = bank(NEVER)) {
            bank.transaction().begin();
            assertThatThrownBy(() -> bank.connection("east"))
                    .hasStackTraceContaining("has version 1, this release needs version " + DecisionSchema.VERSION)
                    .hasStackTraceContaining("v2.sql");
            bank.transaction().rollback();
            assertThat(bank.xa.nodes().get(0).problem()).contains("has version 1", "v2.sql");
            assertThat(version(east)).isEqualTo(1);

            east.execute(Operations.ddl("pgxa"));
            west.execute(Operations.ddl("pgxa"));
            eventually(LIMIT, "recovery sees it", () -> bank.xa.nodes().stream().allMatch(n -> n.problem() == null));
            transfer(bank);
            assertThat(bank.balances()).containsExactly(999L, 1001L);
        }
    }

    @Test
    void aRoleThatMayNotMigrateSaysWhatToRun() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute(
                    "drop role if exists teller",
                    "create role teller login",
                    "grant usage on schema pgxa to teller",
                    "grant select, update on pgxa.node to teller",
                    "grant select, insert, delete on pgxa.decision to teller",
                    "grant select, update on account to teller");
        }
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("bank").recovery(Bank.FAST);
        List.of(east, west).forEach(node -> builder.node(node.name(), node.jdbcUrl(), "teller", null));
        try (Bank bank = Bank.over(builder.build(), List.of(east, west))) {
            assertThat(bank.xa.nodes().get(0).problem())
                    .contains("has version 1", "must be owner of table node", "v2.sql", "as the schema's owner");
            east.execute(Operations.ddl("pgxa"));
            west.execute(Operations.ddl("pgxa"));
            eventually(LIMIT, "recovery sees it", () -> bank.xa.nodes().stream().allMatch(n -> n.problem() == null));
            transfer(bank);
        } finally {
            east.execute("drop owned by teller", "drop role teller");
            west.execute("drop owned by teller", "drop role teller");
        }
    }

    /** A dump reads for hours. Other sessions' statements must not queue behind a migration that waits for it. */
    @Test
    void doesNotWaitLongForAReader() throws Exception {
        try (Connection reader = east.connect();
                Statement dump = reader.createStatement()) {
            dump.execute("begin; select * from pgxa.node");
            try (Bank bank = bank(DecisionSettings.DEFAULT)) {
                assertThat(bank.xa.nodes().get(0).problem()).contains("has version 1", "lock timeout");
                dump.execute("commit");
                eventually(LIMIT, "it is migrated", () -> bank.xa.nodes().get(0).problem() == null);
                transfer(bank);
            }
        }
    }

    /**
     * A fence writes its row and then reads the node, a status reads both, in one transaction each. The migration must
     * not hold the one table while it waits for the other.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "select count(*) from pgxa.decision"})
    void doesNotDeadlockWithAnInstanceOfTheFirstRelease(String reading) throws Exception {
        try (Connection old = east.connect();
                Statement s = old.createStatement()) {
            s.execute("begin; " + (reading.isEmpty() ? decide(TransactionId.random()) : reading));
            CompletableFuture<Bank> migration = CompletableFuture.supplyAsync(() -> bank(DecisionSettings.DEFAULT));
            eventually(
                    LIMIT,
                    "the migration waits",
                    () -> migration.isDone()
                            || east.queryForLong("select count(*) from pg_locks where not granted") > 0);
            s.execute("select identity, mark from pgxa.node; commit");
            try (Bank bank = migration.join()) {
                assertThat(String.valueOf(bank.xa.nodes().get(0).problem())).doesNotContain("deadlock");
                eventually(LIMIT, "it is migrated", () -> bank.xa.nodes().get(0).problem() == null);
                transfer(bank);
            }
        }
    }

    @Test
    void aNewerVersionIsAcceptedAndNeverLowered() throws Exception {
        east.execute(Operations.ddl("pgxa"), "update pgxa.node set version = 99");
        try (Bank bank = bank(DecisionSettings.DEFAULT)) {
            transfer(bank);
        }
        east.execute(Operations.ddl("pgxa"));
        assertThat(version(east)).isEqualTo(99);
    }

    /** An older release has seen that its scripts are missing. Before it runs them, a newer one migrates further. */
    @Test
    void whatANewerReleaseMigratesMeanwhileIsNotUndone() throws Exception {
        AtomicBoolean newer = new AtomicBoolean();
        try (Wire wire = new Node(Bank.settings(east), "an older release").connect()) {
            Wire late = (Wire) Proxy.newProxyInstance(
                    Wire.class.getClassLoader(), new Class<?>[] {Wire.class}, (proxy, method, args) -> {
                        if (method.getName().equals("send")
                                && String.valueOf(args[0]).startsWith("begin")
                                && newer.compareAndSet(false, true)) {
                            east.execute(
                                    Operations.ddl("pgxa"),
                                    "create or replace function pgxa.raise_marks() returns trigger language plpgsql as"
                                            + " 'begin /* newer */ return null; end'",
                                    "update pgxa.node set version = " + (DecisionSchema.VERSION + 1));
                        }
                        return method.invoke(wire, args);
                    });
            assertThat(new DecisionSchema(DecisionSettings.DEFAULT).identity(late))
                    .isPresent();
        }
        assertThat(newer).isTrue();
        assertThat(version(east)).isEqualTo(DecisionSchema.VERSION + 1);
        assertThat(east.queryForString("select prosrc from pg_proc where proname = 'raise_marks'"))
                .contains("newer");
    }

    /** Where roles are restricted, the migration needs no additional grant. */
    @Test
    void whoMayReadTheNodeMayReadTheMarksOfParticipants() throws Exception {
        east.execute("create role reader", "grant select on pgxa.node to reader", script("v2.sql"), script("v3.sql"));
        try {
            assertThat(east.queryForString("select has_table_privilege('reader', 'pgxa.participant', 'select')"))
                    .isEqualTo("t");
            assertThat(east.queryForString("select has_table_privilege('reader', 'pgxa.participant', 'insert')"))
                    .isEqualTo("f");
        } finally {
            east.execute("drop owned by reader", "drop role reader");
        }
    }

    /** As for the marks: recovery's role keeps what is forced, the others only read it or do not. */
    @Test
    void whoMayDeleteDecisionsMayKeepWhatIsForced() throws Exception {
        east.execute(
                "create role works",
                "create role recovers",
                "grant select, insert on pgxa.decision to works",
                "grant select, insert, delete on pgxa.decision to recovers");
        for (int version = 2; version <= DecisionSchema.VERSION; version++) {
            east.execute(script("v%d.sql".formatted(version)));
        }
        try {
            String rights = "select string_agg(has_table_privilege('%s', 'pgxa.forced', r)::text, ',' order by r)"
                    + " from unnest(array['DELETE', 'INSERT', 'SELECT', 'UPDATE']) as r";
            assertThat(east.queryForString(rights.formatted("works"))).isEqualTo("false,false,true,false");
            assertThat(east.queryForString(rights.formatted("recovers"))).isEqualTo("true,true,true,false");
        } finally {
            east.execute("drop owned by works, recovers", "drop role works, recovers");
        }
    }

    /** Work registers its manager and writes for it, recovery also deletes names, and who only reads sees both. */
    @Test
    void whoMayWriteDecisionsMayWriteThoseOfTransactionManagers() throws Exception {
        east.execute(
                "create role reader",
                "create role works",
                "create role \"re-covers\"",
                "create role stranger",
                "grant select on pgxa.decision to reader",
                "grant select, insert on pgxa.decision to works",
                "grant select, insert, delete on pgxa.decision to \"re-covers\"");
        for (int version = 2; version <= DecisionSchema.VERSION; version++) {
            east.execute(script("v%d.sql".formatted(version)));
        }
        try {
            assertThat(rights("reader")).isEqualTo("SELECT / SELECT");
            assertThat(rights("works")).isEqualTo("INSERT,SELECT,UPDATE seen_at / INSERT,SELECT,UPDATE ended_at");
            assertThat(rights("re-covers"))
                    .isEqualTo("DELETE,INSERT,SELECT,UPDATE seen_at / DELETE,INSERT,SELECT,UPDATE ended_at");
            assertThat(rights("stranger")).isEqualTo(" / ");
            assertThat(east.queryForString("select string_agg(distinct pg_get_userbyid(relowner)::text, ',')"
                            + " from pg_class where oid = any ('{pgxa.manager,pgxa.manager_decision}'::regclass[])"))
                    .isEqualTo(east.queryForString(
                            "select pg_get_userbyid(relowner) from pg_class where oid = 'pgxa.decision'::regclass"));
        } finally {
            String all = "reader, works, \"re-covers\", stranger";
            east.execute("drop owned by " + all, "drop role " + all);
        }
    }

    private String rights(String role) {
        return east.queryForString("""
                select string_agg(coalesce((select string_agg(r, ',' order by r)
                    from (select r from unnest(array['DELETE', 'INSERT', 'SELECT', 'TRUNCATE', 'UPDATE']) r
                          where has_table_privilege(%1$s, c.oid, r)
                          union all
                          select 'UPDATE ' || attname from pg_attribute where attrelid = c.oid and attnum > 0
                              and has_column_privilege(%1$s, c.oid, attnum, 'update')) as has(r)), ''), ' / '
                    order by relname)
                from pg_class c where c.oid = any ('{pgxa.manager,pgxa.manager_decision}'::regclass[])
                """.formatted("'" + role + "'"));
    }

    /** It lets the server date its row, and its transaction may have begun long before. */
    @Test
    void aDecisionOfTheFirstReleaseIsDatedWhenItIsWritten() throws Exception {
        east.execute(Operations.ddl("pgxa"));
        try (Connection c = east.connect();
                Statement s = c.createStatement()) {
            s.execute("begin; update account set balance = balance where id = 1");
            String worked = east.queryForString("select clock_timestamp()");
            s.execute(decide(TransactionId.random()) + "; commit");
            assertThat(east.queryForString(
                            "select decided_at >= '%s'::timestamptz from pgxa.decision".formatted(worked)))
                    .isEqualTo("t");
        }
    }

    /** A tool that runs each statement in a separate transaction leaves room for an instance of the first release. */
    @Test
    void whatIsDeletedWhileTheMigrationRunsCountsAsDeletedBefore() throws Exception {
        east.execute(script("v2.sql"), decide(TransactionId.random()));
        String[] parts = script("v3.sql").split("(?=create or replace trigger)");
        east.execute(
                parts[0],
                "with gone as (delete from pgxa.decision returning xid) update pgxa.node"
                        + " set mark = (select xid from gone)",
                parts[1]);
        assertThat(east.queryForString("select marks_since is not null from pgxa.node"))
                .isEqualTo("t");
    }

    @Test
    void everyScriptCanBeRunAgain() throws Exception {
        east.execute(Operations.ddl("pgxa"));
        String before = east.queryForString("select row_to_json(n)::text from pgxa.node n");
        for (int version = 1; version <= DecisionSchema.VERSION; version++) {
            east.execute(script("v%d.sql".formatted(version)));
        }
        assertThat(east.queryForString("select row_to_json(n)::text from pgxa.node n"))
                .isEqualTo(before);
    }
}
