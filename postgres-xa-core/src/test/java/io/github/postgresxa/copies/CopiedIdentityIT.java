package io.github.postgresxa.copies;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Copies;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Another process knows only a copy of a home, with the identity of the original in it. */
@PostgresNodes(
        value = {"east", "west", "north"},
        settings = "wal_level=logical")
class CopiedIdentityIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private PostgresNode east;
    private PostgresNode west;
    private PostgresNode north;

    enum Way {
        TEMPLATE,
        DUMP_AND_RESTORE,
        LOGICAL
    }

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) {
        this.east = east;
        this.west = west;
        this.north = north;
        east.execute("drop schema if exists pgxa cascade");
        west.execute("drop schema if exists pgxa cascade");
        Bank.open(east, west).close();
    }

    @AfterEach
    void noReplication() throws Exception {
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
        north.execute("drop subscription if exists everything");
        Copies.maintain(east, "drop database if exists %s_copy with (force)".formatted(east.database()));
    }

    private String copy(Way way) throws Exception {
        return switch (way) {
            case TEMPLATE -> Copies.template(east);
            case DUMP_AND_RESTORE -> Copies.dump(east, north);
            case LOGICAL -> Copies.logical(east, north);
        };
    }

    private PostgresXa onlyTheCopy(String copy) {
        return PostgresXa.builder()
                .home("first-used")
                .name("tenant2")
                .recovery(Bank.FAST)
                .node("east", copy, east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .build();
    }

    /**
     * Like the work of a coordinator that dies right after its decision. The decision first: a recovery that runs would
     * fence a branch whose home has no transaction open.
     */
    private TransactionId decided() throws Exception {
        TransactionId id = TransactionId.random();
        try (Connection c = east.connect();
                Statement s = c.createStatement()) {
            s.execute("begin; update account set balance = balance - 10 where id = 1;"
                    + "insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'gone', array['%s'], array['0'::xid8], array['-']);"
                            .formatted(id, Bank.identity(west))
                    + " commit");
        }
        Bank.leavePrepared(id, 1, east, west);
        return id;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aCopyDecidesForNobodyElse(Way way) throws Exception {
        String copy = copy(way);
        if (way == Way.LOGICAL) {
            // It lags behind.
            north.execute("alter subscription everything disable");
        }
        TransactionId id = decided();
        try (PostgresXa other = onlyTheCopy(copy)) {
            long looks = looksAt(west);
            eventually(LIMIT, "it has looked for longer than its grace", () -> looksAt(west) > looks + 10);
            assertThat(other.recoverNow().rolledBack()).isZero();
            assertThat(other.outcome(id)).isEqualTo(Outcome.UNKNOWN);
            assertThat(other.inDoubt()).hasSize(1);
            assertThat(west.preparedTransactions()).hasSize(1);
            assertThat(other.nodes().get(0).problem()).contains("belongs to", "copy");

            try (PostgresXa real = Bank.builder(east, west).build()) {
                eventually(
                        LIMIT,
                        "the real home settles it",
                        () -> west.preparedTransactions().isEmpty());
                assertThat(real.outcome(id)).isEqualTo(Outcome.COMMITTED);
            }
        }
        assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
    }

    /** {@return the server's own count of recovery's statements on the node} */
    private static long looksAt(PostgresNode node) {
        // Older ones report by themselves.
        if (node.majorVersion() >= 15) {
            node.execute("select pg_stat_force_next_flush()");
        }
        return node.queryForLong("select xact_commit from pg_stat_database where datname = current_database()") / 3;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nothingRunsOnACopy(Way way) throws Exception {
        String copy = copy(way);
        try (PostgresXa other = onlyTheCopy(copy)) {
            other.userTransaction().begin();
            assertThatThrownBy(() -> other.dataSource("east").getConnection())
                    .hasStackTraceContaining("node 'east'")
                    .hasStackTraceContaining("belongs to")
                    .hasStackTraceContaining("adopt");
            other.userTransaction().rollback();
        }
    }

    /** A promoted base backup: its server and its database have the numbers of the original. */
    @Test
    void aPhysicalCloneThatComesUpLaterLeavesAllInDoubtUntilItHasItsOwnIdentity() throws Exception {
        Refusals refusals = new Refusals();
        try (StandbyNode clone = east.standby("clone")) {
            clone.awaitCaughtUp();
            clone.promote();
            clone.stop();
            try (PostgresXa xa = PostgresXa.builder()
                    .home("first-used")
                    .name("bank")
                    .recovery(Bank.FAST)
                    .listener(refusals)
                    .node("clone", clone.jdbcUrl(), east.username(), east.password())
                    .node("east", east.jdbcUrl(), east.username(), east.password())
                    .node("west", west.jdbcUrl(), west.username(), west.password())
                    .build()) {
                Bank bank = Bank.over(xa, List.of(east, west));
                bank.transaction().begin();
                // A session of the pool that knows its identity.
                bank.add("east", -1);
                bank.add("west", 1);
                bank.transaction().commit();
                clone.start();
                eventually(LIMIT, "both are noticed", () -> refusals.nodes().containsAll(List.of("clone", "east")));

                TransactionId id = decided();
                eventually(LIMIT, "it is in doubt", () -> !xa.inDoubt().isEmpty());
                assertThat(xa.recoverNow().rolledBack()).isZero();
                assertThat(xa.inDoubt().get(0).reason())
                        .contains("nodes 'clone' and 'east' have the identity of its home");
                assertThat(xa.outcome(id)).isEqualTo(Outcome.UNKNOWN);
                assertThat(xa.operations().explain(id).state()).isEqualTo(DecisionState.UNKNOWN);
                assertThat(xa.operations().explain(id).summary()).contains("has a twin");
                for (String node : List.of("clone", "east")) {
                    bank.transaction().begin();
                    assertThatThrownBy(() -> bank.connection(node)).hasStackTraceContaining("has the same identity");
                    bank.transaction().rollback();
                }

                clone.execute("update pgxa.node set identity = '00000000000000aa'");
                eventually(
                        LIMIT,
                        "the real home settles it",
                        () -> west.preparedTransactions().isEmpty());
                assertThat(xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
                eventually(LIMIT, "all are used", () -> xa.nodes().stream().allMatch(n -> n.problem() == null));
                assertThat(Bank.balances(east, west)).containsExactly(989L, 1011L);
            }
        }
    }

    private static final class Refusals implements XaListener {

        private final Set<String> nodes = ConcurrentHashMap.newKeySet();

        @Override
        public void refused(String node, String reason) {
            nodes.add(node);
        }

        Set<String> nodes() {
            return nodes;
        }
    }

    @Test
    void aCopyThatComesUpLaterIsNoticedByTheApplicationThatKnowsItsOriginal() throws Exception {
        String copy = Copies.template(east);
        String database = east.database() + "_copy";
        Copies.maintain(east, "alter database %s with allow_connections false".formatted(database));
        try (PostgresXa xa = PostgresXa.builder()
                .home("first-used")
                .name("bank")
                .recovery(Bank.FAST)
                .node("staging", copy, east.username(), east.password())
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .node("west", west.jdbcUrl(), west.username(), west.password())
                .build()) {
            Copies.maintain(east, "alter database %s with allow_connections true".formatted(database));
            eventually(
                    LIMIT,
                    "it is noticed",
                    () -> String.valueOf(xa.nodes().get(0).problem()).contains("belongs to"));
            TransactionId id = decided();
            eventually(
                    LIMIT,
                    "the real home settles it",
                    () -> west.preparedTransactions().isEmpty());
            assertThat(xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
            assertThat(Bank.balances(east, west)).containsExactly(990L, 1010L);
            assertThat(List.of(
                            xa.nodes().get(1).problem() == null,
                            xa.nodes().get(2).problem() == null))
                    .containsOnly(true);
        }
    }
}
