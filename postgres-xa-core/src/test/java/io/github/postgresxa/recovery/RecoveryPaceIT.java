package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What recovery waits for, and what it does not wait for. */
@PostgresNodes({"east", "north", "west"})
class RecoveryPaceIT {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofSeconds(5);

    private PostgresNode east;
    private PostgresNode north;
    private PostgresNode west;

    @BeforeEach
    void nodes(PostgresNode east, PostgresNode north, PostgresNode west) {
        this.east = east;
        this.north = north;
        this.west = west;
    }

    @AfterEach
    void wakeUpAndLeaveNothingLocked() {
        north.resume();
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
    }

    private Bank open(Duration grace) {
        return Bank.open(b -> b.recovery(new RecoverySettings(true, Duration.ofMillis(300), grace)), east, north, west);
    }

    /** A branch on west whose home is another node. */
    private TransactionId prepare(PostgresNode home, int account) throws SQLException {
        TransactionId id = TransactionId.random();
        west.execute("insert into account values (" + account + ", 0) on conflict do nothing");
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance + 10 where id = " + account);
            s.execute("prepare transaction 'pgxa/1/%s/%s/%s'".formatted(id, Bank.identity(home), Bank.identity(west)));
        }
        return id;
    }

    @Test
    void whatNobodyCanDecideAnyMoreIsNotLeftForTheGrace() throws Exception {
        try (Bank bank = open(LONG)) {
            TransactionId id = prepare(east, 1);
            Eventually.eventually(SOON, "the branch is rolled back", () -> bank.prepared() == 0);
            assertThat(east.queryForString("select outcome from pgxa.decision where gtrid = ?::uuid", id.toString()))
                    .isEqualTo("A");
            assertThat(bank.balancesOf("west")).isEqualTo(1000);
        }
    }

    @Test
    void whileTheCoordinatorsSessionAtTheHomeLivesTheBranchIsLeftToIt() throws Exception {
        try (Bank bank = open(LONG);
                Connection home = east.connect();
                Statement s = home.createStatement()) {
            home.setAutoCommit(false);
            s.executeUpdate("update account set balance = balance - 10 where id = 1");
            TransactionId id = prepare(east, 1);
            for (int pass = 0; pass < 5; pass++) {
                assertThat(bank.xa.recoverNow().rolledBack()).isZero();
            }
            s.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, participants, participant_xids,"
                    + " participant_incarnations)"
                    + " values ('%s', 'C', pg_current_xact_id(), 'slow', array['%s'], array['1'::xid8], array['x'])"
                            .formatted(id, Bank.identity(west)));
            home.commit();
            Eventually.eventually(SOON, "the branch is committed", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(990L, 1000L, 1010L);
        }
    }

    @Test
    void aHomeThatIsFrozenHoldsUpOnlyWhatItDecides() throws Exception {
        try (Bank bank = open(Duration.ZERO)) {
            String frozen = Bank.identity(north);
            north.pause();
            try (Connection c = west.connect();
                    Statement s = c.createStatement()) {
                c.setAutoCommit(false);
                s.execute("create table if not exists note (a int)");
                c.commit();
                s.execute("insert into note values (1)");
                s.execute("prepare transaction 'pgxa/1/%s/%s/%s'"
                        .formatted(TransactionId.random(), frozen, Bank.identity(west)));
            }
            Eventually.eventually(
                    Duration.ofSeconds(20),
                    "recovery asks in vain",
                    () -> !bank.xa.nodes().get(1).reachable());
            for (int i = 0; i < 4; i++) {
                prepare(east, 1);
                Eventually.eventually(
                        Duration.ofSeconds(2),
                        "what the living home decides is settled",
                        () -> west.preparedTransactions().size() == 1);
            }
            north.resume();
            Eventually.eventually(
                    SOON, "the rest, too", () -> west.preparedTransactions().isEmpty());
        }
    }
}
