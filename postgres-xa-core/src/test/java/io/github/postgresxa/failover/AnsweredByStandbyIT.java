package io.github.postgresxa.failover;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.NodeStatus;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.StandbyNode;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * For a while the node's address leads to its standby. A standby lists nothing, whatever is prepared: that must not
 * pass for an answer.
 */
@PostgresNodes({"east", "west"})
class AnsweredByStandbyIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private PostgresNode east;
    private PostgresNode west;
    private StandbyNode west2;
    private @Nullable PostgresXa opened;

    @BeforeEach
    void standby(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        Bank.open(east, west).close();
        west2 = west.standby("west2");
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
        west.start();
        west2.close();
        // The old primary does not know what its successor has done.
        west.preparedTransactions().forEach(p -> west.execute("rollback prepared '" + p.gid() + "'"));
    }

    /** Either of the two servers answers, as in every URL without {@code targetServerType}. */
    private PostgresXa open() throws Exception {
        west2.awaitCaughtUp();
        String either = west2.failoverUrl().replaceFirst("\\?.*", "") + "?hostRecheckSeconds=1";
        PostgresXa xa = PostgresXa.builder()
                .home("first-used")
                .recovery(Bank.FAST)
                .node("east", east.jdbcUrl(), east.username(), east.password())
                .node("west", either, west.username(), west.password())
                .build();
        opened = xa;
        return xa;
    }

    private void killThePrimary(PostgresXa xa) throws Exception {
        west.kill();
        eventually(LIMIT, "its standby answers", () -> {
            NodeStatus seen = xa.nodes().get(1);
            return seen.reachable() && String.valueOf(seen.problem()).contains("standby");
        });
    }

    @Test
    void aTransactionManagerIsNotToldThatNothingIsPrepared() throws Exception {
        String id = TransactionId.random().toString();
        for (PostgresNode node : List.of(east, west)) {
            try (Connection c = node.connect();
                    Statement s = c.createStatement()) {
                s.execute("begin");
                s.execute("update account set balance = balance + " + (node == east ? -10 : 10) + " where id = 1");
                s.execute("prepare transaction 'pgxa/2/%s/%s/%s/00000001.QUJD.REVG'"
                        .formatted(id, Bank.identity(east), Bank.identity(node)));
            }
        }
        PostgresXa xa = open();
        XAResource manager = xa.recoveryResource(xid -> true);
        Xid[] listed = manager.recover(XAResource.TMSTARTRSCAN);
        assertThat(listed).hasSize(1);
        killThePrimary(xa);

        assertThatThrownBy(() -> manager.recover(XAResource.TMSTARTRSCAN)).isInstanceOf(XAException.class);
        assertThatThrownBy(() -> manager.commit(listed[0], false)).isInstanceOf(XAException.class);
        assertThat(east.queryForLong("select count(*) from pgxa.decision where gtrid = '" + id + "'"))
                .isZero();

        west2.promote();
        eventually(LIMIT, "the new primary lists it", () -> xa.nodes().get(1).problem() == null);
        manager.commit(listed[0], false);
        eventually(
                LIMIT,
                "it is carried out",
                () -> west2.preparedTransactions().isEmpty()
                        && east.preparedTransactions().isEmpty());
        assertThat(List.of(balance(east), west2.queryForLong("select balance from account where id = 1")))
                .containsExactly(990L, 1010L);
    }

    @Test
    void aPromotionIsSeenAlthoughItCutsNoConnection() throws Exception {
        PostgresXa xa = open();
        killThePrimary(xa);
        west2.promote();
        eventually(LIMIT, "it is in order again", () -> {
            NodeStatus seen = xa.nodes().get(1);
            return seen.reachable() && seen.problem() == null;
        });
        Bank bank = Bank.over(xa, List.of(east, west));
        bank.transaction().begin();
        bank.add("east", -1);
        bank.add("west", 1);
        bank.transaction().commit();
        assertThat(west2.queryForLong("select balance from account where id = 1"))
                .isEqualTo(1001);
    }

    private static long balance(PostgresNode node) {
        return node.queryForLong("select balance from account where id = 1");
    }
}
