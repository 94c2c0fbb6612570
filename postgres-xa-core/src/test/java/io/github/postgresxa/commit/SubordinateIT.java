package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.support.RegisteredOther;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.manager.OtherResource;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another resource takes part in the transaction, so the transaction manager decides. */
@PostgresNodes({"east", "west"})
class SubordinateIT {

    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    @TempDir
    Path logs;

    private Bank bank;
    private RegisteredOther registered;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        bank = Bank.open(east, west);
        registered = RegisteredOther.register();
    }

    @AfterEach
    void close() {
        registered.close();
        bank.close();
        System.clearProperty(LOG_DIRECTORY);
    }

    private OtherResource transferWith(OtherResource other) throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.xa.transactionManager().getTransaction().enlistResource(other);
        return other;
    }

    @Test
    void allCommit() throws Exception {
        OtherResource other = transferWith(new OtherResource(true));
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();

        assertThat(other.fate()).isEqualTo(OtherResource.Fate.COMMITTED);
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(bank.prepared()).isZero();
        assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void noneCommitsIfTheOtherResourceRefuses() throws Exception {
        OtherResource other = transferWith(new OtherResource(false));
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);

        assertThat(other.fate()).isNotEqualTo(OtherResource.Fate.COMMITTED);
        Eventually.eventually(Duration.ofSeconds(10), "nothing is left prepared", () -> bank.prepared() == 0);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void noneCommitsIfANodeRefuses() throws Exception {
        OtherResource other = transferWith(new OtherResource(true));
        bank.execute("west", "notify news");
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);

        assertThat(other.fate()).isNotEqualTo(OtherResource.Fate.COMMITTED);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    /** The manager has forgotten the transaction by then, so without this the branch would stay for ever. */
    @Test
    void aBranchWhoseRollbackIsLostAfterARefusalElsewhereDoesNotStayPrepared(PostgresNode east, PostgresNode west)
            throws Exception {
        registered.close();
        bank.close();
        bank = Bank.open(
                b -> b.listener(new XaListener() {
                    @Override
                    public void stepBegins(TransactionId id, CommitStep step, String node) {
                        if (step == CommitStep.ROLLBACK && node.equals("west")) {
                            west.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                                    + " where pid <> pg_backend_pid()"
                                    + " and query like '%prepare transaction%' and state = 'idle'");
                        }
                    }
                }),
                east,
                west);
        registered = RegisteredOther.register();
        transferWith(new OtherResource(true));
        bank.execute("east", "notify news");
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(RollbackException.class);

        Eventually.eventually(Duration.ofSeconds(10), "our recovery settles it", () -> bank.prepared() == 0);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
    }

    @Test
    void theManagerDecidesOnANodeForSuchATransactionAndForNoOther(PostgresNode east) throws Exception {
        bank.transaction().begin();
        bank.add("east", -10);
        bank.add("west", 10);
        bank.transaction().commit();
        AtomicLong decisions = new AtomicLong();
        transferWith(new OtherResource(true) {
            @Override
            public void commit(Xid xid, boolean onePhase) throws XAException {
                decisions.set(east.queryForLong("select count(*) from pgxa.manager_decision where outcome = 'C'"));
                super.commit(xid, onePhase);
            }
        });
        bank.transaction().commit();
        assertThat(decisions).hasValue(1);
        assertThat(logs).as("no file").isEmptyDirectory();
    }

    @Test
    void aLogNodeThatIsOutOfReachWhenTheManagerDecidesRollsBackAndNothingLeaks(PostgresNode east) throws Exception {
        transferWith(new OtherResource(true) {
            @Override
            public int prepare(Xid xid) throws XAException {
                int vote = super.prepare(xid);
                // Our branches are prepared, and the manager has not said commit yet.
                east.stop();
                return vote;
            }
        });
        try {
            assertThatThrownBy(() -> bank.transaction().commit())
                    .as("its decision cannot be written there, and the branch there not be rolled back")
                    .isInstanceOf(HeuristicMixedException.class);
            assertThat(bank.balancesOf("west")).isEqualTo(1000L);
        } finally {
            east.start();
        }
        Eventually.eventually(Duration.ofSeconds(60), "recovery rolls it back", () -> bank.prepared() == 0);
        assertThat(bank.balances()).containsExactly(1000L, 1000L);
        assertThat(bank.xa.activeTransactionCount()).isZero();
        assertThat(bank.xa.pool("east").active()).isZero();
        assertThat(bank.xa.pool("west").active()).isZero();
    }

    @Test
    void aBranchThatSomebodyHasRolledBackByHandIsNotReportedAsCommitted(PostgresNode west) throws Exception {
        OtherResource other = transferWith(new OtherResource(true) {
            @Override
            public int prepare(Xid xid) throws XAException {
                west.execute("rollback prepared '%s'"
                        .formatted(west.preparedTransactions().get(0).gid()));
                return super.prepare(xid);
            }
        });
        assertThatThrownBy(() -> bank.transaction().commit()).isInstanceOf(HeuristicMixedException.class);
        assertThat(other.fate()).isEqualTo(OtherResource.Fate.COMMITTED);
        assertThat(bank.balances()).containsExactly(990L, 1000L);
    }

    @Test
    void whatSomebodyHasCommittedByHandEverywhereIsRecordedAsCommitted(PostgresNode east, PostgresNode west)
            throws Exception {
        transferWith(new OtherResource(true) {
            @Override
            public int prepare(Xid xid) throws XAException {
                for (PostgresNode node : List.of(east, west)) {
                    node.execute("commit prepared '%s'"
                            .formatted(node.preparedTransactions().get(0).gid()));
                }
                return super.prepare(xid);
            }
        });
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(bank.xa.outcome(id)).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void whatIsStillPreparedObeysTheManagerAlthoughTheHomeWasCommittedByHand(PostgresNode east, PostgresNode west)
            throws Exception {
        registered.close();
        bank.close();
        Set<String> finished = ConcurrentHashMap.newKeySet();
        bank = Bank.open(
                b -> b.listener(new XaListener() {
                    @Override
                    public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
                        if (step == CommitStep.FINISH && done) {
                            finished.add(node);
                        }
                    }
                }),
                east,
                west);
        registered = RegisteredOther.register();
        transferWith(new OtherResource(true) {
            @Override
            public int prepare(Xid xid) throws XAException {
                east.execute("commit prepared '%s'"
                        .formatted(east.preparedTransactions().get(0).gid()));
                return super.prepare(xid);
            }
        });
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        assertThat(finished).as("by the coordinator itself").containsExactly("west");
        assertThat(bank.balances()).containsExactly(990L, 1010L);
        assertThat(rows(east, id)).isEqualTo(1);
    }

    private static long rows(PostgresNode home, TransactionId id) {
        return home.queryForLong("select count(*) from pgxa.decision where gtrid = '%s'".formatted(id));
    }

    @Test
    void abandonedBranchesAreNotFencedByOurRecoveryBecauseTheManagerDecides(PostgresNode east, PostgresNode west)
            throws SQLException {
        String gid = "pgxa/2/" + TransactionId.random() + "/" + east.queryForString("select identity from pgxa.node")
                + "/" + west.queryForString("select identity from pgxa.node") + "/00000001.YQ.Yg";
        try (Connection c = west.connect();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.executeUpdate("update account set balance = 7 where id = 1");
            s.execute("prepare transaction '" + gid + "'");
        }
        RecoverySettings withoutGrace = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ZERO);
        try (Bank impatient =
                Bank.over(Bank.builder(east, west).recovery(withoutGrace).build(), List.of(east, west))) {
            for (int pass = 0; pass < 5; pass++) {
                impatient.xa.recoverNow();
            }
        }
        assertThat(west.preparedTransactions()).hasSize(1);
        west.execute("rollback prepared '" + gid + "'");
    }

    /** A manager that has forgotten its commit presumes abort for what a restore brings back. */
    @Test
    void aBranchWhoseDecisionMayBeDeletedIsNotRolledBackByPresumption(PostgresNode east, PostgresNode west)
            throws Exception {
        TransactionId id = TransactionId.random();
        String gid = "pgxa/2/%s/%s/%s/00000001.QUJD.REVG".formatted(id, Bank.identity(east), Bank.identity(west));
        west.execute(
                "begin; update account set balance = balance + 10 where id = 1; prepare transaction '" + gid + "'");
        String xid = west.queryForString("select transaction::text from pg_prepared_xacts where gid = ?", gid);
        east.execute("insert into pgxa.participant values ('%s', '%s')".formatted(Bank.identity(west), xid));
        XAResource recovery = bank.xa.recoveryResource(xid2 -> true);
        try {
            Xid[] listed = recovery.recover(XAResource.TMSTARTRSCAN);
            assertThatThrownBy(() -> recovery.rollback(listed[0]))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
            assertThat(west.preparedTransactions()).hasSize(1);
            assertThat(rows(east, id)).isZero();
        } finally {
            east.execute("delete from pgxa.participant");
            west.execute("rollback prepared '" + gid + "'");
        }
    }

    @Test
    void aScanInWhichANodeDidNotAnswerFailsBecauseAManagerForgetsWhatIsNotListed(PostgresNode west) throws Exception {
        XAResource recovery = bank.xa.recoveryResource(xid -> true);
        west.stop();
        try {
            assertThatThrownBy(() -> recovery.recover(XAResource.TMSTARTRSCAN))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
        } finally {
            west.start();
        }
        Eventually.eventually(Duration.ofSeconds(10), "the scan is complete again", () -> {
            try {
                return recovery.recover(XAResource.TMSTARTRSCAN).length == 0;
            } catch (XAException notYet) {
                return false;
            }
        });
    }
}
