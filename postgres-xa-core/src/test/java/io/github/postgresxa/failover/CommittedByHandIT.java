package io.github.postgresxa.failover;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.RegisteredOther;
import io.github.postgresxa.support.Transfer;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import io.github.postgresxa.test.manager.OtherResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody commits all branches by hand before the transaction manager decides, without waiting for a standby. */
@PostgresNodes({"east", "west"})
class CommittedByHandIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LOG_DIRECTORY = "com.atomikos.icatch.log_base_dir";

    @TempDir
    Path logs;

    private PostgresNode east;
    private PostgresNode west;
    private StandbyNode west2;
    private RegisteredOther registered;
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) {
        System.setProperty(LOG_DIRECTORY, logs.toString());
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
        west2 = west.standby("west2");
        west2.makeSynchronous();
        registered = RegisteredOther.register();
        bank = Bank.over(
                Bank.builder(east)
                        .node("west", west2.failoverUrl(), west.username(), west.password())
                        .build(),
                List.of(east, west));
    }

    @AfterEach
    void close() {
        bank.close();
        registered.close();
        System.clearProperty(LOG_DIRECTORY);
        west.start();
        west2.close();
        for (PostgresNode node : List.of(east, west)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("drop schema pgxa cascade");
        }
    }

    private static void commitByHand(PostgresNode node) {
        node.execute(
                "set synchronous_commit = local",
                "commit prepared '%s'"
                        .formatted(node.preparedTransactions().get(0).gid()));
    }

    @Test
    void aCommitThatAFailoverLosesIsRepeatedFromTheManagersDecision() throws Exception {
        OtherResource other = new OtherResource(true) {
            @Override
            public int prepare(Xid xid) throws XAException {
                west2.awaitCaughtUp();
                west2.stop();
                commitByHand(east);
                commitByHand(west);
                return super.prepare(xid);
            }
        };
        Transfer transfer = Transfer.start(
                bank, b -> b.xa.transactionManager().getTransaction().enlistResource(other), 60);
        assertThat(transfer.answer()).isEqualTo(Outcome.COMMITTED);
        west.kill();
        west2.start();
        west2.promote();
        assertThat(west2.preparedTransactions()).as("prepared again").hasSize(1);

        XAResource manager = bank.xa.recoveryResource(xid -> true);
        eventually(LIMIT, "it is settled", () -> {
            presumeTheAbortOf(manager);
            bank.xa.recoverNow();
            return west2.preparedTransactions().isEmpty();
        });
        assertThat(Bank.balances(east, west2)).containsExactly(990L, 1010L);
    }

    /** The manager was answered, so it has forgotten its commit. */
    private static void presumeTheAbortOf(XAResource manager) {
        try {
            for (Xid xid : manager.recover(XAResource.TMSTARTRSCAN)) {
                manager.rollback(xid);
            }
        } catch (XAException theNewPrimaryIsNotKnownYet) {
            // It asks again.
            assertThat(theNewPrimaryIsNotKnownYet.errorCode).isEqualTo(XAException.XAER_RMFAIL);
        }
    }
}
