package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.atomikos.datasource.xa.XATransactionalResource;
import com.atomikos.icatch.config.Configuration;
import io.github.postgresxa.Acknowledge;
import io.github.postgresxa.CommitSettings;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.TransactionPhase;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.EarlyBank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.HeuristicMixedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A commit that is acknowledged when it is decided: what its caller, the process and the others see of it. */
@PostgresNodes({"east", "west", "north"})
class AcknowledgeIT {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    private static final Duration SOON = Duration.ofSeconds(10);

    private PostgresNode[] nodes = {};
    private EarlyBank early;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) throws Exception {
        nodes = new PostgresNode[] {east, west, north};
        early = new EarlyBank(b -> b, 5, nodes);
    }

    private EarlyBank reopen(UnaryOperator<PostgresXa.Builder> settings, int poolSize) throws Exception {
        early.close();
        early = new EarlyBank(settings, poolSize, nodes);
        return early;
    }

    @AfterEach
    void close() throws Exception {
        early.close();
    }

    @Test
    void theCallerHasItsAnswerBeforeTheOtherNodeShowsItAndSoDoOtherProcesses() throws Exception {
        Fault held = early.transferAndHoldItsFinish();

        assertThat(early.bank.balances()).containsExactly(990L, 1000L, 1000L); // As plain JDBC reads it.
        assertThat(early.phases()).containsExactly(TransactionPhase.ACKNOWLEDGED);
        assertThat(early.bank.xa.pool("east").active()).isZero();
        assertThat(early.bank.xa.pool("west").active()).isEqualTo(1);

        held.release();
        early.finished();
        assertThat(early.bank.balances()).containsExactly(990L, 1010L, 1000L);
        assertThat(early.bank.xa.pool("west").active()).isZero();
    }

    /** On a machine that is busy, only the quickest of several shows the round trips alone. */
    @Test
    void theCallerWaitsForTwoRoundTripsInsteadOfThree() throws Exception {
        Duration far = Duration.ofMillis(80);
        early.commitTime(); // Opens the connections.
        early.distance(far);
        Duration quickest = early.commitTime();
        for (int i = 0; i < 4; i++) {
            Duration next = early.commitTime();
            quickest = next.compareTo(quickest) < 0 ? next : quickest;
        }
        assertThat(quickest).isBetween(far.multipliedBy(2), far.multipliedBy(3));
    }

    @Test
    void thePreparedBranchesAndTheReadersAreFinishedIndependentlyOfEachOther() throws Exception {
        Fault held = early.plan.at(MessageKind.COMMIT_PREPARED.on("west")).hold();
        early.bank.transaction().begin();
        early.bank.add("east", -10);
        early.bank.add("west", 10);
        early.bank.read("north");
        early.bank.transaction().commit();

        Eventually.eventually(
                SOON,
                "the reader's session is back",
                () -> early.bank.xa.pool("north").active() == 0);
        assertThat(early.phases()).containsExactly(TransactionPhase.ACKNOWLEDGED);
        held.release();
        early.finished();
        assertThat(early.bank.balances()).containsExactly(990L, 1010L, 1000L);
    }

    @Test
    void drainAndCloseWaitForWhatIsAcknowledged() throws Exception {
        Fault held = early.transferAndHoldItsFinish();
        CompletableFuture<Boolean> drained = EarlyBank.begun(() -> early.bank.xa.drain(Duration.ofSeconds(20)));
        EarlyBank.waits(drained);
        held.release();
        assertThat(EarlyBank.ends(drained)).isTrue();
        assertThat(early.bank.balances()).containsExactly(990L, 1010L, 1000L);
        early.bank.xa.resume();

        Fault again = early.transferAndHoldItsFinish();
        CompletableFuture<Boolean> closed = EarlyBank.begun(() -> {
            early.bank.close();
            return true;
        });
        EarlyBank.waits(closed);
        again.release();
        EarlyBank.ends(closed);
        assertThat(early.bank.prepared()).isZero();
        assertThat(early.bank.balances()).containsExactly(980L, 1020L, 1000L);
    }

    @Test
    void aFinishThatIsLostIsRecoverysWork() throws Exception {
        Fault lost = early.plan.at(MessageKind.COMMIT_PREPARED).loseRequest();
        early.transfer();
        lost.awaitFired(SOON);
        early.recovered();
        assertThat(early.bank.balances()).containsExactly(990L, 1010L, 1000L);
    }

    @Test
    void aNodeThatDiesAfterTheAcknowledgementCommitsWhenItIsBack(PostgresNode west) throws Exception {
        Fault death = early.plan.at(MessageKind.COMMIT_PREPARED).call(Position.BEFORE_FORWARDING, west::kill);
        early.transfer();
        death.awaitFired(SOON);
        west.start();
        early.recovered();
        assertThat(early.bank.balances()).containsExactly(990L, 1010L, 1000L);
    }

    @Test
    void anUnknownDecisionIsReportedToTheCallerAsEver(PostgresNode east, PostgresNode west) throws Exception {
        east.execute(
                "update pgxa.node set mark = '4000000000'",
                "insert into pgxa.participant values ('%s', '4000000000')".formatted(Bank.identity(west)));
        try {
            early.plan.at(MessageKind.DECISION).loseRequest();
            assertThatThrownBy(early::transfer).isInstanceOf(HeuristicMixedException.class);
            assertThat(early.phases()).isEmpty();
        } finally {
            east.execute("update pgxa.node set mark = null", "delete from pgxa.participant");
        }
    }

    @Test
    void aDecisionWhoseReplyWasLostIsAcknowledgedWhenItIsFoundCommitted() throws Exception {
        early.plan.at(MessageKind.DECISION).loseReply();
        Fault held = early.transferAndHoldItsFinish();
        assertThat(early.phases()).containsExactly(TransactionPhase.ACKNOWLEDGED);
        held.release();
    }

    @Test
    void aPoolOfOneConnectionGivesItToTheNextTransactionWhenTheFinishHasEnded() throws Exception {
        reopen(b -> b, 1);
        Fault held = early.transferAndHoldItsFinish();
        CompletableFuture<Boolean> next = EarlyBank.begun(() -> {
            early.transfer();
            return true;
        });
        EarlyBank.waits(next);
        held.release();
        EarlyBank.ends(next);
        early.finished();
        assertThat(early.bank.balances()).containsExactly(980L, 1020L, 1000L);
    }

    @Test
    void aTransactionChoosesForItselfBeforeItsFirstNodeOrLater() throws Exception {
        reopen(b -> b.commit(CommitSettings.DEFAULT), 5);
        PostgresXa xa = early.bank.xa;
        assertThatIllegalStateException().isThrownBy(() -> xa.acknowledge(Acknowledge.DECIDED));
        for (boolean before : List.of(true, false)) {
            Fault held = early.plan.at(MessageKind.COMMIT_PREPARED).hold();
            xa.inTransaction(() -> {
                if (before) {
                    xa.acknowledge(Acknowledge.DECIDED);
                }
                early.bank.add("east", -10);
                early.bank.add("west", 10);
                xa.acknowledge(Acknowledge.DECIDED);
            });
            held.awaitFired(SOON);
            assertThat(early.phases()).containsExactly(TransactionPhase.ACKNOWLEDGED);
            held.release();
            early.finished();
        }
        early.transfer();
        assertThat(early.phases()).isEmpty();
        assertThat(early.bank.balances()).containsExactly(970L, 1030L, 1000L);
    }

    @Test
    void aTransactionCanWantToWaitForAllNodes() throws Exception {
        Fault held = early.plan.at(MessageKind.COMMIT_PREPARED).hold();
        CompletableFuture<Boolean> transfer = EarlyBank.begun(() -> {
            early.bank.xa.inTransaction(() -> {
                early.bank.add("east", -10);
                early.bank.add("west", 10);
                early.bank.xa.acknowledge(Acknowledge.FINISHED);
            });
            return true;
        });
        held.awaitFired(SOON);
        EarlyBank.waits(transfer);
        held.release();
        EarlyBank.ends(transfer);
    }

    @Test
    void besideAnotherResourceTheManagerHasToHearThatAllIsFinished(@TempDir Path logs) throws Exception {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        XATransactionalResource other = new XATransactionalResource("acknowledge-other") {
            @Override
            protected XAResource refreshXAConnection() {
                return new OtherResource(true);
            }

            @Override
            public boolean usesXAResource(XAResource resource) {
                return resource instanceof OtherResource;
            }
        };
        reopen(b -> b, 5);
        Configuration.addResource(other);
        try {
            finishesBeforeItsCallerHasTheAnswer();
        } finally {
            Configuration.removeResource(other.getName());
            System.clearProperty(LOG_DIRECTORY);
        }
        assertThat(early.bank.balances()).containsExactly(990L, 1010L, 1000L);
    }

    private void finishesBeforeItsCallerHasTheAnswer() throws Exception {
        Fault held = early.plan.at(MessageKind.COMMIT_PREPARED.on("west")).hold();
        CompletableFuture<Boolean> transfer = EarlyBank.begun(() -> {
            early.bank.transaction().begin();
            early.bank.add("east", -10);
            early.bank.add("west", 10);
            early.bank.xa.transactionManager().getTransaction().enlistResource(new OtherResource(true));
            early.bank.transaction().commit();
            return true;
        });
        held.awaitFired(SOON);
        EarlyBank.waits(transfer);
        held.release();
        EarlyBank.ends(transfer);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aListenerHearsOfTheAcknowledgementAndOfItsEnd(boolean finishes) throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        reopen(b -> b.listener(new Recorder(told)), 5);
        Fault held = early.plan.at(MessageKind.COMMIT_PREPARED).hold();
        if (!finishes) {
            early.plan.at(MessageKind.COMMIT_PREPARED).loseRequest();
        }
        early.transfer();
        Eventually.eventually(SOON, "it is finished", () -> {
            if (told.contains("finished COMMITTED")) {
                held.release();
            }
            return told.stream().anyMatch(t -> t.startsWith("carried out"));
        });
        assertThat(told)
                .containsExactly(
                        "PREPARE west true",
                        "DECIDE east true",
                        "acknowledged",
                        "finished COMMITTED",
                        "FINISH west " + finishes,
                        "carried out " + finishes);
    }

    private record Recorder(List<String> told) implements XaListener {

        @Override
        public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
            told.add(step + " " + node + " " + done);
        }

        @Override
        public void acknowledged(TransactionId id) {
            told.add("acknowledged");
        }

        @Override
        public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
            told.add("finished " + outcome);
        }

        @Override
        public void carriedOut(TransactionId id, boolean everywhere, Duration after) {
            told.add("carried out " + everywhere);
        }
    }
}
