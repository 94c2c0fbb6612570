package io.github.postgresxa.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.security.Roles;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.Gate;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node is away for a month, and the application restarts meanwhile. The home's clock is anywhere: rows carry the
 * dates of such a clock.
 */
@PostgresNodes({"east", "west"})
class LongOutageIT {

    private static final DecisionSettings AT_ONCE = new DecisionSettings("pgxa", true, Duration.ZERO, false);
    private static final String FINISHED = "insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
            + " values (gen_random_uuid(), 'C', '1'::xid8, 'finished', now() - interval '1 hour')";

    private PostgresNode east;
    private PostgresNode west;

    @BeforeEach
    void nodes(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    @AfterEach
    void start() {
        west.start();
    }

    private Bank open() {
        PostgresXa xa = Bank.builder(east, west).decision(AT_ONCE).build();
        return Bank.over(xa, List.of(east, west));
    }

    /** The decision is written while west is away. Its coordinator gets "committed". */
    private void decideWhileWestIsAway() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Bank bank = Bank.open(b -> b.decision(AT_ONCE), east, west);
                Gate gate = Gate.closed(east)) {
            east.execute("truncate pgxa.decision");
            Future<Void> commit = other.submit(() -> {
                bank.transaction().begin();
                bank.add("east", -1);
                bank.add("west", 1);
                bank.transaction().commit();
                return null;
            });
            // West is prepared, the decision is under way.
            gate.awaitSomebody();
            assertThat(west.preparedTransactions()).hasSize(1);
            west.stop();
            gate.open();
            commit.get();
        } finally {
            other.shutdown();
        }
    }

    private long decisions() {
        return east.queryForLong("select count(*) from pgxa.decision where coordinator = 'bank'");
    }

    private void theJanitorPassesBy() throws Exception {
        east.execute(FINISHED);
        Eventually.eventually(
                Duration.ofSeconds(20),
                "the janitor has passed by",
                () -> east.queryForLong("select count(*) from pgxa.decision where coordinator = 'finished'") == 0);
    }

    @Test
    void aDecisionIsKeptForANodeThatIsAwayForAMonthAndCarriedOutWhenItReturns() throws Exception {
        decideWhileWestIsAway();
        east.execute("update pgxa.decision set decided_at = decided_at - interval '30 days'");
        for (int restart = 0; restart < 2; restart++) {
            try (Bank bank = open()) {
                theJanitorPassesBy();
                assertThat(decisions()).isEqualTo(1);
                bank.transaction().begin();
                bank.add("east", 0);
                bank.transaction().commit();
            }
        }
        try (Bank bank = open()) {
            west.start();
            Eventually.eventually(Duration.ofSeconds(20), "it is carried out", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(999L, 1001L);
            Eventually.eventually(Duration.ofSeconds(20), "nobody needs it any more", () -> decisions() == 0);
        }
    }

    @Test
    void aDecisionFromTheFutureIsCarriedOutAndKeptUntilItsRetentionIsOver() throws Exception {
        decideWhileWestIsAway();
        east.execute("update pgxa.decision set decided_at = decided_at + interval '25 hours'");
        west.start();
        try (Bank bank = open()) {
            Eventually.eventually(Duration.ofSeconds(20), "it is carried out", () -> bank.prepared() == 0);
            assertThat(bank.balances()).containsExactly(999L, 1001L);
            theJanitorPassesBy();
            assertThat(decisions()).isEqualTo(1);
            east.execute("update pgxa.decision set decided_at = decided_at - interval '26 hours'");
            Eventually.eventually(Duration.ofSeconds(20), "now it may go", () -> decisions() == 0);
        }
    }

    @Test
    void aFenceOfAnyDateOutlivesEveryTransactionThatRanAsItWasWritten() throws Exception {
        try (Bank bank = Bank.open(b -> b.decision(AT_ONCE), east, west)) {
            assertThat(bank.xa.nodes()).allMatch(NodeStatus::reachable);
            east.execute("truncate pgxa.decision");
            try (Connection running = east.connect();
                    Statement s = running.createStatement()) {
                running.setAutoCommit(false);
                // It could still decide.
                s.execute("select pg_current_xact_id()");
                for (String moment :
                        new String[] {"- interval '30 days'", "- interval '1 hour'", "- interval '25 hours'"}) {
                    east.execute("insert into pgxa.decision (gtrid, outcome, xid, coordinator, decided_at)"
                            + " values (gen_random_uuid(), 'A', pg_current_xact_id(), 'bank', now() " + moment + ")");
                }
                theJanitorPassesBy();
                theJanitorPassesBy();
                assertThat(decisions()).isEqualTo(3);
                running.rollback();
            }
            Eventually.eventually(Duration.ofSeconds(20), "they are gone", () -> decisions() == 0);
        }
    }

    @Test
    void aBranchThatWaitedForAMonthIsStillFencedOnlyAfterThisProcessSawItForTheGrace() throws Exception {
        Bank.open(east, west).close();
        Roles.leavePrepared(west, west.username(), east, TransactionId.random(), 10);
        RecoverySettings patient = new RecoverySettings(true, Duration.ofMillis(100), Duration.ofMinutes(5));
        try (Connection running = east.connect();
                Statement s = running.createStatement()) {
            running.setAutoCommit(false);
            // It could still decide, and is there before our recovery scans.
            s.execute("select pg_current_xact_id()");
            passInVain(patient);
            assertThat(west.preparedTransactions()).hasSize(1);
            running.rollback();
        }
        try (Bank bank = Bank.over(Bank.builder(east, west).build(), List.of(east, west))) {
            Eventually.eventually(Duration.ofSeconds(10), "it is fenced", () -> bank.prepared() == 0);
        }
    }

    private void passInVain(RecoverySettings patient) {
        try (Bank bank = Bank.over(Bank.builder(east, west).recovery(patient).build(), List.of(east, west))) {
            for (int pass = 0; pass < 5; pass++) {
                bank.xa.recoverNow();
            }
        }
    }
}
