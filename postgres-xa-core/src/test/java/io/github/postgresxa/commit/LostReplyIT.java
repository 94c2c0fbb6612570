package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request or a reply of the protocol is lost on the wire. East is the home: it is used first. */
@PostgresNodes({"east", "west"})
class LostReplyIT {

    private final FaultPlan plan = new FaultPlan();
    private FaultProxy toEast;
    private FaultProxy toWest;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws Exception {
        Bank.open(east, west).close();
        toEast = FaultProxy.before(east, plan);
        toWest = FaultProxy.before(west, plan);
        bank = Bank.over(
                PostgresXa.builder()
                        .home("first-used")
                        .name("bank")
                        .recovery(Bank.FAST)
                        .node("east", toEast.jdbcUrl(), east.username(), east.password())
                        .node("west", toWest.jdbcUrl(), west.username(), west.password())
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
        Fault lost = plan.at(MessageKind.PREPARE).loseRequest();
        rollsBack();
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void aPrepareWhoseReplyIsLostRollsBackAndRecoveryUndoesTheBranch() {
        Fault lost = plan.at(MessageKind.PREPARE).loseReply();
        rollsBack();
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void aDecisionThatNeverArrivedIsARollbackBecauseTheFenceWins() {
        Fault lost = plan.at(MessageKind.DECISION).loseRequest();
        rollsBack();
        assertThat(lost.hasFired()).isTrue();
    }

    /**
     * After the janitor's first deletion "no row" may mean a decision that was carried out and deleted. The
     * participants' marks show that there was none.
     */
    @Test
    void aDecisionThatNeverArrivedIsARollbackAlsoWhereDecisionsWereDeletedAlready(PostgresNode east) {
        east.execute("update pgxa.node set mark = '4000000000'");
        Fault lost = plan.at(MessageKind.DECISION).loseRequest();
        try {
            rollsBack();
        } finally {
            east.execute("update pgxa.node set mark = null");
        }
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void aDecisionThatNeverArrivedIsUnknownWhereTheParticipantsMarkProvesNothing(PostgresNode east, PostgresNode west) {
        east.execute(
                "update pgxa.node set mark = '4000000000'",
                "insert into pgxa.participant values ('%s', '4000000000')".formatted(Bank.identity(west)));
        plan.at(MessageKind.DECISION).loseRequest();
        try {
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
        } finally {
            east.execute("update pgxa.node set mark = null", "delete from pgxa.participant");
        }
    }

    @Test
    void aDecisionWhoseReplyIsLostIsFoundCommittedAndReportedAsSuch() throws Exception {
        Fault lost = plan.at(MessageKind.DECISION).loseReply();
        commits();
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void aLostCommitPreparedIsRecoverysWorkAndTheCallerNeverKnows() throws Exception {
        Fault lost = plan.at(MessageKind.COMMIT_PREPARED).loseRequest();
        commits();
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void aCommitPreparedWhoseReplyIsLostIsDone() throws Exception {
        Fault lost = plan.at(MessageKind.COMMIT_PREPARED).loseReply();
        commits();
        assertThat(lost.hasFired()).isTrue();
    }

    @Test
    void aDecisionThatCannotBeAskedForIsUnknownAndNeverReportedAsARollback(PostgresNode east) throws Exception {
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        plan.at(MessageKind.DECISION).call(Position.AFTER_EXECUTED, east::kill);
        plan.at(MessageKind.DECISION).loseReply();
        try {
            assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
        } finally {
            east.start();
        }
        Eventually.eventually(
                Duration.ofSeconds(10),
                "recovery settles it",
                () -> bank.prepared() == 0 && bank.xa.outcome(id) != Outcome.UNKNOWN);
        assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(Path.of("transaction-logs"))
                .as("Atomikos notes nothing, however often it asks again")
                .doesNotExist();
    }
}
