package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request or a reply of the protocol is lost on the wire. East is the home: it is used first. */
@PostgresNodes({"east", "west"})
class LostReplyIT {

    private WireRelay toEast;
    private WireRelay toWest;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws Exception {
        Bank.open(east, west).close();
        toEast = new WireRelay(east);
        toWest = new WireRelay(west);
        bank = Bank.over(
                PostgresXa.builder()
                        .name("bank")
                        .recovery(Bank.FAST)
                        .node(toEast.settings())
                        .node(toWest.settings())
                        .build(),
                List.of(east, west));
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
    }

    @AfterEach
    void everythingIsSettled() throws Exception {
        Eventually.eventually(Duration.ofSeconds(5), "nothing is left prepared", () -> bank.prepared() == 0);
        bank.close();
        toEast.close();
        toWest.close();
    }

    private void commits() throws Exception {
        bank.transaction().commit();
        Eventually.eventually(
                Duration.ofSeconds(5),
                "both branches are committed",
                () -> bank.balances().equals(List.of(990L, 1010L)));
    }

    private void rollsBack() {
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void aPrepareThatNeverArrivedRollsBack() {
        toWest.loseRequest("prepare transaction");
        rollsBack();
        assertThat(toWest.hasLost()).isTrue();
    }

    @Test
    void aPrepareWhoseReplyIsLostRollsBackAndRecoveryUndoesTheBranch() {
        toWest.loseReply("prepare transaction");
        rollsBack();
        assertThat(toWest.hasLost()).isTrue();
    }

    @Test
    void aDecisionThatNeverArrivedIsARollbackBecauseTheFenceWins() {
        toEast.loseRequest("insert into pgxa.decision");
        rollsBack();
        assertThat(toEast.hasLost()).isTrue();
    }

    @Test
    void aDecisionWhoseReplyIsLostIsFoundCommittedAndReportedAsSuch() throws Exception {
        toEast.loseReply("insert into pgxa.decision");
        commits();
        assertThat(toEast.hasLost()).isTrue();
    }

    @Test
    void aLostCommitPreparedIsRecoverysWorkAndTheCallerNeverKnows() throws Exception {
        toWest.loseRequest("COMMIT PREPARED");
        commits();
        assertThat(toWest.hasLost()).isTrue();
    }

    @Test
    void aCommitPreparedWhoseReplyIsLostIsDone() throws Exception {
        toWest.loseReply("COMMIT PREPARED");
        commits();
        assertThat(toWest.hasLost()).isTrue();
    }

    @Test
    void aDecisionThatCannotBeAskedForIsUnknownAndNeverReportedAsARollback(PostgresNode east) throws Exception {
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        toEast.loseReply("insert into pgxa.decision");
        Thread outage = new Thread(() -> {
            while (!toEast.hasLost()) {
                Thread.onSpinWait();
            }
            east.kill();
        });
        outage.start();
        try {
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
            outage.join();
        } finally {
            east.start();
        }
        Eventually.eventually(
                Duration.ofSeconds(10),
                "recovery settles it",
                () -> bank.prepared() == 0 && bank.xa.outcome(id) != Outcome.UNKNOWN);
        assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(java.nio.file.Path.of("transaction-logs"))
                .as("Atomikos notes nothing, however often it asks again")
                .doesNotExist();
    }
}
