package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Deferred constraints take longer than the grace, while other branches are prepared already. Meanwhile another
 * instance recovers. It must not take the living coordinator for dead.
 */
@PostgresNodes({"east", "west", "south"})
class SlowConstraintIT {

    private static final int SECONDS = 3;

    private PostgresNode[] nodes;
    private Bank bank;
    private Bank other;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode south) {
        nodes = new PostgresNode[] {east, west, south};
        bank = Bank.open(b -> b.recovery(RecoverySettings.DEFAULT), nodes);
        other = Bank.over(
                Bank.builder(nodes)
                        .name("other")
                        .recovery(new RecoverySettings(true, Duration.ofMillis(300), Duration.ofSeconds(1)))
                        .build(),
                List.of(nodes));
        for (PostgresNode node : nodes) {
            node.execute(
                    "delete from pgxa.decision",
                    "create or replace function slow() returns trigger language plpgsql as"
                            + " 'begin perform pg_sleep(%d);".formatted(SECONDS)
                            + " if new.balance = 666 then raise exception ''not this one''; end if; return null; end'");
        }
    }

    @AfterEach
    void close() {
        other.close();
        bank.close();
        for (PostgresNode node : nodes) {
            node.execute("drop trigger if exists slow on account");
        }
    }

    private static void slowDown(PostgresNode node) {
        node.execute("create constraint trigger slow after update on account deferrable initially deferred"
                + " for each row execute function slow()");
    }

    private void transfer() throws Exception {
        bank.transaction().begin();
        bank.add("east", -2);
        bank.add("west", 1);
        bank.add("south", 1);
        bank.transaction().commit();
    }

    private long fences() {
        return nodes[0].queryForLong("select count(*) from pgxa.decision where outcome = 'A'");
    }

    @Test
    void aLivingHomeIsNotFenced(PostgresNode east) throws Exception {
        slowDown(east);
        commitsOnAllNodes();
    }

    @Test
    void aCoordinatorThatIsStillPreparingIsNotFenced(PostgresNode south) throws Exception {
        slowDown(south);
        commitsOnAllNodes();
    }

    private void commitsOnAllNodes() throws Exception {
        transfer();
        assertThat(bank.balances()).containsExactly(998L, 1001L, 1001L);
        assertThat(bank.prepared()).isZero();
        assertThat(fences()).isZero();
        assertThat(bank.xa.inDoubt()).isEmpty();
    }

    @Test
    void aConstraintThatFailsAfterTheRowWasWrittenRollsAllBack(PostgresNode east) throws Exception {
        slowDown(east);
        bank.transaction().begin();
        bank.execute("east", "update account set balance = 666 where id = 1");
        bank.add("west", 1);
        assertThatThrownBy(() -> bank.transaction().commit())
                .isInstanceOf(RollbackException.class)
                .hasStackTraceContaining("not this one");
        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
        assertThat(bank.prepared()).isZero();
        assertThat(east.queryForLong("select count(*) from pgxa.decision where outcome = 'C'"))
                .isZero();
    }

    @Test
    void aBranchWhoseCoordinatorIsGoneIsSettledAtOnce(PostgresNode east, PostgresNode west) throws Exception {
        TransactionId id = TransactionId.random();
        Bank.leavePrepared(id, 1, east, west);
        Eventually.eventually(Duration.ofSeconds(5), "it is rolled back", () -> bank.prepared() == 0);
        assertThat(bank.balances()).containsExactly(1000L, 1000L, 1000L);
    }
}
