package io.github.postgresxa.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoveryRole;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Alarms;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.Transfer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Functions, operators, types and tables of another user have the names of the server's own. A search path finds
 * them first, or they fit an argument better. Each of them fails when it is used. A hostile one would do as it
 * likes, with our role's rights.
 */
@PostgresNodes({"east", "west"})
@TestInstance(Lifecycle.PER_CLASS)
class HostileSchemaIT {

    /** Every function of PostgreSQL that our statements call, in all its forms. */
    private static final String SHADOWED_FUNCTIONS = """
            'array_to_string', 'clock_timestamp', 'current_database', 'current_setting', 'gen_random_uuid', \
            'hashtext', 'left',
            'now', 'pg_advisory_xact_lock', 'pg_control_system', 'pg_cursor', 'pg_try_advisory_xact_lock', \
            'pg_current_snapshot', 'pg_current_wal_lsn', 'pg_current_xact_id',
            'pg_current_xact_id_if_assigned', 'pg_is_in_recovery', 'pg_logical_emit_message', 'pg_relation_size', \
            'pg_snapshot_xmax',
            'pg_snapshot_xmin', 'pg_terminate_backend', 'pg_walfile_name', 'pg_xact_status', 'replace', \
            'right', 'set_config',
            'to_regclass', 'unnest'
            """;

    private static final String SHADOW_FUNCTIONS = """
            do $do$
            declare f record;
            begin
                for f in select proname, pg_get_function_identity_arguments(oid) as arguments, \
            pg_get_function_result(oid) as result
                         from pg_proc where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f' \
            and proname in (%s) loop
                    execute format('create function hostile.%%I(%%s) returns %%s language plpgsql as %%L', f.proname,
                        (select coalesce(string_agg(a, ', '), '') \
            from unnest(string_to_array(f.arguments, ', ')) a where a not like 'OUT %%'),
                        f.result, 'begin raise exception ''hijacked: ' || f.proname || '''; end');
                end loop;
            end $do$
            """.formatted(SHADOWED_FUNCTIONS);

    /**
     * Operators between the types that our statements compare and join. Those on numbers stay, because the
     * application uses them.
     */
    private static final String SHADOW_OPERATORS = """
            do $do$
            declare o record;
            begin
                for o in select oprname, oprleft::regtype as l, oprright::regtype as r, oprresult::regtype as result, \
            oid from pg_operator
                         where oprnamespace = 'pg_catalog'::regnamespace \
            and oprname in ('=', '<>', '<', '>', '<=', '>=', '||', '-', '~~', '~', '~~*')
                           and oprleft::regtype::text in \
            ('text', 'name', 'xid8', 'uuid', 'timestamp with time zone', 'character', 'anyarray') loop
                    execute format('create function hostile.operator_%s(%s, %s) returns %s language plpgsql as %L', \
            o.oid, o.l, o.r, o.result,
                        'begin raise exception ''hijacked: operator''; end');
                    execute format('create operator hostile.%s (leftarg = %s, rightarg = %s, \
            function = hostile.operator_%s)',
                        o.oprname, o.l, o.r, o.oid);
                end loop;
            end $do$
            """;

    private static final String[] SHADOW_THE_REST = {
        "create function hostile.count_one(bigint) returns bigint language plpgsql"
                + " as 'begin raise exception ''hijacked: count''; end'",
        "create aggregate hostile.count(*) (sfunc = hostile.count_one, stype = bigint, initcond = '0')",
        "create table hostile.pg_prepared_xacts (gid text, owner name, database name, prepared timestamptz)",
        "create table hostile.pg_stat_activity (pid int)",
        "create domain hostile.xid8 as pg_catalog.xid8 check (false)",
        "create domain hostile.uuid as pg_catalog.uuid check (false)",
        "create domain hostile.text as pg_catalog.text check (false)",
        "create domain hostile.timestamptz as pg_catalog.timestamptz check (false)",
        "grant usage on schema hostile to public",
        "grant select on all tables in schema hostile to public"
    };

    /** These win over the server's own although pg_catalog comes first: their arguments fit without a conversion. */
    private static final String[] BETTER_FITS = {
        better("array_to_string(text[], text) returns text"),
        better("array_to_string(xid8[], text) returns text"),
        better("unnest(xid8[]) returns setof xid8"),
        better("pg_terminate_backend(int) returns boolean"),
        better("multiplied(numeric, int) returns numeric"),
        "create operator public.* (leftarg = numeric, rightarg = int, function = public.multiplied)"
    };

    private static String better(String function) {
        return "create function public.%s language plpgsql as 'begin raise exception ''hijacked: better fit''; end'"
                .formatted(function);
    }

    private PostgresNode east;
    private PostgresNode west;

    @BeforeAll
    void install(PostgresNode east, PostgresNode west) throws IOException {
        this.east = east;
        this.west = west;
        Roles.install(east, west);
        for (PostgresNode node : List.of(east, west)) {
            node.execute("create schema hostile", SHADOW_FUNCTIONS, SHADOW_OPERATORS);
            node.execute(SHADOW_THE_REST);
        }
    }

    @BeforeEach
    @AfterEach
    void reset() {
        Roles.reset(east, west);
    }

    @Test
    void aSchemaBeforeTheServersOwnChangesNothing() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            for (String role : List.of(Roles.APP, Roles.RECOVERY)) {
                node.execute("alter role %s set search_path = hostile, pg_catalog, public".formatted(role));
            }
        }
        try {
            everythingWorks();
        } finally {
            for (PostgresNode node : List.of(east, west)) {
                node.execute("alter role bank_app reset search_path", "alter role bank_recovery reset search_path");
            }
        }
    }

    @Test
    void functionsAndOperatorsThatFitBetterChangeNothing() throws Exception {
        for (PostgresNode node : List.of(east, west)) {
            node.execute(BETTER_FITS);
        }
        everythingWorks();
    }

    @Test
    void theApplicationsOwnSearchPathIsAsItWasAfterEachTransaction() throws Exception {
        try (Bank bank = bank(Duration.ofHours(1))) {
            bank.execute("east", "set search_path = hostile, pg_catalog, public");
            transfer(bank);
            try (Connection c = bank.connection("east");
                    Statement s = c.createStatement();
                    ResultSet rows = s.executeQuery("show search_path")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("hostile, pg_catalog, public");
            }
        }
    }

    private Bank bank(Duration retention) {
        return Roles.bank(new RecoveryRole(Roles.RECOVERY, null), Bank.FAST, retention, east, west);
    }

    private static void transfer(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
    }

    /**
     * A person rolls the prepared branch back by hand. The question how it ended runs on the application's own
     * session.
     */
    private void aContradictionIsSeen() throws Exception {
        Alarms alarms = new Alarms();
        RecoverySettings off = new RecoverySettings(false, Duration.ofHours(1), Duration.ofHours(1));
        try (Bank bank = Bank.over(
                        Roles.builder(null, off, Duration.ofHours(1), east, west)
                                .listener(alarms)
                                .build(),
                        List.of(east, west));
                Connection holder = east.connect();
                Statement s = holder.createStatement()) {
            holder.setAutoCommit(false);
            // The decision waits for this.
            s.execute("lock table pgxa.decision in exclusive mode");
            Transfer transfer = Transfer.start(bank);
            Eventually.eventually(Duration.ofSeconds(20), "it is prepared", () -> bank.prepared() == 1);
            west.execute("rollback prepared '%s'"
                    .formatted(west.preparedTransactions().get(0).gid()));
            holder.rollback();
            assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
            assertThat(alarms.raised()).hasSize(1);
        }
        Roles.reset(east, west);
    }

    private void everythingWorks() throws Exception {
        aContradictionIsSeen();
        try (Bank bank = bank(Duration.ofHours(1))) {
            assertThat(bank.xa.nodes()).allSatisfy(n -> assertThat(n.problem()).isNull());
            transfer(bank);
            bank.transaction().begin();
            bank.add("east", -1);
            bank.read("west");
            bank.transaction().commit();
            assertThat(bank.balances()).containsExactly(998L, 1001L);

            TransactionId committed = TransactionId.random();
            TransactionId abandoned = TransactionId.random();
            Roles.decide(
                    // First: without a decision recovery would fence it at once.
                    east, west, committed, Roles.APP);
            Roles.leavePrepared(west, Roles.APP, east, committed, 10);
            Eventually.eventually(Duration.ofSeconds(10), "recovery commits", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(998L, 1011L);
            Roles.leavePrepared(west, Roles.APP, east, abandoned, 10);
            Eventually.eventually(Duration.ofSeconds(10), "recovery rolls back", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(998L, 1011L);
            assertThat(bank.xa.outcome(committed)).isEqualTo(Outcome.COMMITTED);
            assertThat(bank.xa.outcome(abandoned)).isEqualTo(Outcome.ROLLED_BACK);
        }
        try (Bank bank = bank(Duration.ZERO)) {
            transfer(bank);
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the janitor deletes every row",
                    () -> east.queryForLong("select count(*) from pgxa.decision") == 0);
        }
    }
}
