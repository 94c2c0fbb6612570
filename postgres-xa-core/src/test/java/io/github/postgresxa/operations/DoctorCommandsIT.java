package io.github.postgresxa.operations;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PoolSettings;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ServerFacts;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the doctor can find, what it prints is done in the state that made it appear: then the finding is gone, and
 * the server starts again with all that is prepared. A new {@link Fault} without a case here does not compile.
 */
@PostgresNodes({"east", "west"})
class DoctorCommandsIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String ROLE = "wor\"ker";

    private PostgresNode east;
    private PostgresNode west;

    @TempDir
    private Path folder;

    private final List<AutoCloseable> last = new ArrayList<>();

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
        for (PostgresNode node : List.of(east, west)) {
            node.execute("drop schema if exists pgxa cascade");
        }
        Orphan.tables(east, west);
    }

    @AfterEach
    void reset() throws Exception {
        west.start();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared " + SqlText.literal(p.gid())));
        }
        for (int i = last.size() - 1; i >= 0; i--) {
            last.get(i).close();
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /**
     * How a fault is made and how its cure is seen.
     *
     * @param says words of the finding, where several have the same name
     * @param sicken makes it
     * @param nodes what the doctor examines
     * @param hand does what the advice says; null if the command alone fixes it
     * @param restarts whether the node takes the cure by a restart
     */
    private record Case(
            String says,
            Step sicken,
            Supplier<List<NodeSettings>> nodes,
            @Nullable Step hand,
            boolean restarts) {

        Case byHand(Step step) {
            return new Case(says, sicken, nodes, step, restarts);
        }

        Case andRestart() {
            return new Case(says, sicken, nodes, hand, true);
        }
    }

    private Case of(String says, Step sicken) {
        return new Case(says, sicken, () -> List.of(Bank.settings(west)), null, false);
    }

    private static Case of(String says, Step sicken, Supplier<List<NodeSettings>> nodes) {
        return new Case(says, sicken, nodes, null, false);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPrintedFixesIt(Fault fault) throws Exception {
        Case it = find(fault).orElse(null);
        if (it == null) {
            return;
        }
        it.sicken.run();
        Finding finding = eventuallyFound(it, fault);
        assertThat(finding.advice() + finding.command()).as("something to do").isNotEmpty();
        if (!finding.command().isEmpty()) {
            do {
                PrintedCommand.run(finding.command(), west);
                finding = findings(it, fault).findFirst().orElse(finding);
            } while (fault.check() == Check.RIGHTS
                    && findings(it, fault).findFirst().isPresent());
        }
        if (it.hand != null) {
            assertThat(finding.advice()).isNotEmpty();
            it.hand.run();
        }
        if (it.restarts) {
            west.restart();
        }
        eventually(LIMIT, "it is gone", () -> findings(it, fault).findFirst().isEmpty());
        west.execute("begin; insert into account values (77, 1); prepare transaction 'healthy'");
        west.execute("rollback prepared 'healthy'");
    }

    @Test
    void whatTheRefusedStartPrintsLetsItStart() throws Exception {
        set("max_prepared_transactions", "5");
        InvalidConfigurationException refused = catchThrowableOfType(
                InvalidConfigurationException.class,
                () -> Bank.builder(east, west).build().close());
        Matcher command = Pattern.compile("ALTER SYSTEM SET max_prepared_transactions = \\d+;")
                .matcher(String.valueOf(refused.getMessage()));
        assertThat(command.find()).as(refused.getMessage()).isTrue();
        PrintedCommand.run(command.group(), west);
        west.restart();
        Bank.builder(east, west).build().close();
    }

    /** Each of them is one that a case above proves. */
    @Test
    void everyFindingIsOfTheListOfFaults() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/java/io/github/postgresxa/operations"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (!Set.of("Fault.java", "Check.java", "Settling.java").contains(name)) {
                    assertThat(Files.readString(file)).as(name).doesNotContain("new Finding(");
                }
            }
        }
    }

    private static Finding eventuallyFound(Case it, Fault fault) throws Exception {
        eventually(
                LIMIT,
                "it is found: " + fault,
                () -> findings(it, fault).findFirst().isPresent());
        return findings(it, fault).findFirst().orElseThrow();
    }

    private static Stream<Finding> findings(Case it, Fault fault) {
        List<NodeSettings> settings = it.nodes.get();
        List<Node> nodes = settings.stream().map(s -> new Node(s, "doctor")).toList();
        return new Doctor(
                        new NodeQueries(nodes, Runnable::run),
                        DecisionSettings.DEFAULT,
                        Duration.ZERO,
                        Console.naming(settings, "pgxa"))
                .examine().stream()
                        .filter(f -> f.check().equals(fault.check().title()))
                        .filter(f -> f.severity() == fault.severity())
                        .filter(f -> f.what().contains(it.says));
    }

    /** {@return the case; empty if no server of a test can have it, or nothing has to be done} */
    private Optional<Case> find(Fault fault) {
        return switch (fault) {
            case OLD_VERSION -> unmade("version", 130_000, Duration.ZERO);
            case CLOCK_OFF -> unmade("clock", 180_000, Duration.ofHours(1));
            // A matter of size: the same command as for SLOT_UNUSED.
            case SLOT_KEEPS_MUCH -> Optional.empty();
            // A hint: the role is a person's intention.
            case DEFAULT_ROLE -> Optional.empty();
            case UNREACHABLE -> Optional.of(of("", west::kill).byHand(west::start));
            case STANDBY, NO_SYNCHRONOUS_STANDBY, SYNCHRONOUS_STANDBY_GONE -> Optional.of(standby(fault));
            case PREPARED_OFF, PREPARED_BELOW_POOL, PREPARED_NEARLY_USED_UP, PREPARED_BELOW_CONNECTIONS ->
                Optional.of(slots(fault));
            case FSYNC_OFF, FULL_PAGE_WRITES_OFF ->
                Optional.of(of(
                        "",
                        () -> west.execute(
                                "alter system set %s = off"
                                        .formatted(fault.check().title()),
                                "select pg_reload_conf()")));
            case WEAK_COMMIT -> Optional.of(weakCommit());
            case SLOT_UNUSED ->
                Optional.of(of(
                        "left_behind",
                        () -> west.execute("select pg_create_physical_replication_slot('left_behind', true)")));
            case SLOT_ONE_PHASE -> Optional.of(onePhaseSlot());
            case SCHEMA_MISSING -> Optional.of(of("is missing", () -> west.execute("drop schema pgxa cascade")));
            case SCHEMA_OLD -> Optional.of(of("needs version", () -> west.execute("update pgxa.node set version = 1")));
            case RIGHT_MISSING, LESSER_RIGHT_MISSING -> Optional.of(rights(fault));
            case NO_LOGIN, NO_MEMBER -> Optional.of(roles(fault));
            case IDENTITY_UNBOUND ->
                Optional.of(of(
                        "belongs to no database",
                        () -> west.execute("update pgxa.node set system_identifier = null, database_oid = null")));
            case COPY, COPY_OR_MOVED -> Optional.of(copy(fault));
            case ADOPTED_BY_FORCE -> Optional.of(adoptedByForce());
            case TWO_NAMES -> Optional.of(twoNames());
            case TWIN -> Optional.of(twin());
            case POOLER_SHARES_SESSIONS, POOLER -> Optional.of(pooler(fault));
            case IN_DOUBT -> Optional.of(of("", () -> Orphan.leave(east, west), this::both));
            case FOREIGN ->
                Optional.of(of(
                        "",
                        () -> west.execute("begin; insert into account values (7, 1);"
                                + " prepare transaction E'it''s\\\\mine\\n'")));
        };
    }

    private List<NodeSettings> both() {
        return List.of(Bank.settings(east), Bank.settings(west));
    }

    /** Says what to do in words, or shows more; nothing that could do harm. */
    private static Optional<Case> unmade(String check, int version, Duration clock) {
        ServerView server = new ServerView(
                new ServerFacts("x", 100, true, "", 1, "on"),
                version,
                100,
                true,
                true,
                "",
                "replica",
                clock,
                0,
                0,
                0,
                Set.of());
        Finding finding = new ServerCheck(
                        new Node(new NodeSettings("west", "jdbc:postgresql://west/bank", "bank", null), "doctor"),
                        server)
                .findings().stream()
                        .filter(f -> f.check().equals(check))
                        .findFirst()
                        .orElseThrow();
        assertThat(finding.advice()).isNotEmpty();
        assertThat(finding.command()).isIn("", "$ chronyc tracking");
        return Optional.empty();
    }

    private void set(String name, String value) {
        west.execute("alter system set %s = %s".formatted(name, value));
        last.add(() -> {
            west.execute("alter system reset " + name);
            west.restart();
        });
        west.restart();
    }

    private Case slots(Fault fault) {
        int prepared = fault == Fault.PREPARED_NEARLY_USED_UP ? 401 : 0;
        int slots = switch (fault) {
            case PREPARED_OFF -> 0;
            case PREPARED_BELOW_POOL -> 64;
            case PREPARED_NEARLY_USED_UP -> 410;
            default -> 50;
        };
        int pool = fault == Fault.PREPARED_BELOW_POOL ? 150 : 10;
        return of(
                        slots + ", " + prepared + " in use",
                        () -> {
                            set("max_prepared_transactions", String.valueOf(slots));
                            if (prepared > 0) {
                                leave(prepared);
                            }
                        },
                        () -> List.of(new NodeSettings(
                                "west",
                                west.jdbcUrl(),
                                west.username(),
                                west.password(),
                                PoolSettings.DEFAULT.withMaxSize(pool))))
                .andRestart();
    }

    private void leave(int prepared) throws Exception {
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            for (int i = 0; i < prepared; i++) {
                s.execute("begin; select pg_current_xact_id(); prepare transaction 'foreign %d'".formatted(i));
            }
        }
    }

    private Case weakCommit() {
        String where = "alter role \"%s\" in database \"%s\" ".formatted(west.username(), west.database());
        return of("", () -> {
            west.execute(where + "set synchronous_commit = off");
            last.add(() -> west.execute(where + "reset synchronous_commit"));
        });
    }

    private Case standby(Fault fault) {
        List<NodeSettings> nodes = new ArrayList<>(List.of(Bank.settings(west)));
        Step standby = () -> {
            StandbyNode west2 = west.standby("west2");
            last.add(west2);
            if (fault == Fault.STANDBY) {
                nodes.set(0, new NodeSettings("west", west2.jdbcUrl(), west.username(), west.password()));
            }
        };
        last.add(() -> west.execute("alter system reset synchronous_standby_names", "select pg_reload_conf()"));
        return switch (fault) {
            case STANDBY ->
                of("", standby, () -> nodes)
                        .byHand(() -> nodes.set(
                                0,
                                new NodeSettings(
                                        "west",
                                        nodes.get(0)
                                                        .url()
                                                        .replaceFirst(
                                                                "(//[^/]*)/.*",
                                                                "$1,127.0.0.1:" + west.port() + "/" + west.database())
                                                + "?targetServerType=primary",
                                        west.username(),
                                        west.password())));
            case NO_SYNCHRONOUS_STANDBY -> of("", standby, () -> nodes);
            default ->
                of(
                                "",
                                () -> west.execute(
                                        "alter system set synchronous_standby_names = 'west2'",
                                        "select pg_reload_conf()"),
                                () -> nodes)
                        .byHand(standby);
        };
    }

    private Case onePhaseSlot() {
        return of("without two_phase", () -> {
                    set("wal_level", "logical");
                    west.execute("select pg_create_logical_replication_slot('changes', 'pgoutput')");
                    last.add(() -> west.execute("select pg_drop_replication_slot('changes')"));
                })
                .byHand(() -> west.execute(
                        "select pg_drop_replication_slot('changes')",
                        "select pg_create_logical_replication_slot('changes', 'pgoutput', false, true)"));
    }

    private Case rights(Fault fault) {
        String role = SqlText.name(ROLE);
        return of(
                "role '" + ROLE + "' may not",
                () -> {
                    west.execute("create role %s login".formatted(role));
                    last.add(() -> west.execute("drop owned by " + role, "drop role " + role));
                    if (fault == Fault.LESSER_RIGHT_MISSING) {
                        west.execute(
                                "grant usage on schema pgxa to " + role,
                                "grant select on pgxa.node, pgxa.participant to " + role,
                                "grant select, insert on pgxa.decision to " + role);
                    }
                },
                () -> List.of(new NodeSettings("west", west.jdbcUrl(), ROLE, null)));
    }

    private Case roles(Fault fault) {
        String work = SqlText.name(ROLE);
        return of(
                fault == Fault.NO_LOGIN ? "cannot log in" : "is no member",
                () -> {
                    west.execute("create role %s login".formatted(work), "create role settler login");
                    last.add(() -> west.execute(
                            "drop owned by %s, settler".formatted(work), "drop role %s, settler".formatted(work)));
                    if (fault == Fault.NO_LOGIN) {
                        west.execute("grant %s to settler".formatted(work), "alter role %s nologin".formatted(work));
                    }
                },
                () -> List.of(new NodeSettings("west", west.jdbcUrl(), ROLE, null)
                        .withRecoveryRole(new RecoveryRole("settler", null))));
    }

    private Case copy(Fault fault) {
        List<NodeSettings> nodes = new ArrayList<>();
        return of(
                "belongs to database",
                () -> {
                    String url = Copies.template(west);
                    last.add(() ->
                            Copies.maintain(west, "drop database %s_copy with (force)".formatted(west.database())));
                    if (fault == Fault.COPY) {
                        nodes.add(Bank.settings(west));
                    }
                    nodes.add(new NodeSettings("copy", url, west.username(), west.password()));
                },
                () -> nodes);
    }

    /** There is nothing to fix: the notice ends after a week. */
    private Case adoptedByForce() {
        last.add(() -> west.execute("truncate pgxa.forced"));
        return of(
                        "ADOPT west AS MOVED by anna",
                        () -> west.execute("insert into pgxa.forced (gtrid, requested_by, action, decision, against,"
                                + " reason, result) values ('00000000-0000-0000-%s-%s', 'anna', 'ADOPT west AS MOVED',"
                                        .formatted(
                                                Orphan.identity(west).substring(0, 4),
                                                Orphan.identity(west).substring(4))
                                + " 'elsewhere', 'a branch waits', 'ticket 7', 'done')"))
                .byHand(() -> west.execute("update pgxa.forced set ordered_at = ordered_at - interval '8 days'"));
    }

    private Case twoNames() {
        NodeSettings again = new NodeSettings("again", west.jdbcUrl(), west.username(), west.password());
        List<NodeSettings> nodes = new ArrayList<>(List.of(Bank.settings(west), again));
        return of("one and the same", () -> {}, () -> nodes).byHand(() -> nodes.set(1, Bank.settings(east)));
    }

    private Case twin() {
        List<NodeSettings> nodes = new ArrayList<>(List.of(Bank.settings(west)));
        return of(
                "copies of the same files",
                () -> {
                    StandbyNode clone = west.standby("clone");
                    last.add(clone);
                    clone.awaitCaughtUp();
                    clone.promote();
                    nodes.add(new NodeSettings("clone", clone.jdbcUrl(), west.username(), west.password()));
                    // The doctor's own session is counted for a moment after it is closed.
                    eventually(
                            LIMIT,
                            "nobody is connected",
                            () -> clone.queryForLong(
                                            "select count(*) from pg_stat_activity where datname = current_database()")
                                    == 1);
                },
                () -> nodes);
    }

    private Case pooler(Fault fault) {
        assumeTrue(PgBouncer.isInstalled(), "PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        List<NodeSettings> nodes = new ArrayList<>();
        return of(
                        "",
                        () -> {
                            PgBouncer pooler =
                                    PgBouncer.before(west, fault == Fault.POOLER ? "session" : "transaction", folder);
                            last.add(pooler);
                            nodes.add(new NodeSettings("west", pooler.url(), west.username(), null));
                        },
                        () -> nodes)
                .byHand(() -> nodes.set(0, Bank.settings(west)));
    }
}
