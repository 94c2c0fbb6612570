package io.github.postgresxa.commit;

import static io.github.postgresxa.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.InDoubtBranch;
import io.github.postgresxa.NodeSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.operations.DecisionState;
import io.github.postgresxa.operations.Finding;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.operations.RefusedException;
import io.github.postgresxa.operations.ResolveAction;
import io.github.postgresxa.operations.ResolveRequest;
import io.github.postgresxa.recovery.Recovery;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.LogLines;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction manager recovers through an instance that knows only some of the nodes of its transaction. */
@PostgresNodes({"east", "west", "south"})
class PartialKnowledgeIT {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final ManagerByHand manager = new ManagerByHand();
    private PostgresNode east;
    private PostgresNode west;
    private PostgresNode south;
    private TransactionId id;

    /** The manager has decided, and its process is gone. */
    @BeforeEach
    void leavePrepared(PostgresNode east, PostgresNode west, PostgresNode south) throws Exception {
        this.east = east;
        this.west = west;
        this.south = south;
        try (Bank bank = Bank.open(b -> b.transactionManager(manager, manager), east, west, south)) {
            bank.add("east", -20);
            bank.add("west", 10);
            bank.add("south", 10);
            id = bank.xa.currentTransaction().orElseThrow();
            assertThat(manager.resource().prepare(manager.xid)).isEqualTo(XAResource.XA_OK);
            manager.complete();
        }
    }

    @AfterEach
    void nothingIsLeftPrepared() {
        for (PostgresNode node : List.of(east, west, south)) {
            node.preparedTransactions().forEach(p -> node.execute("rollback prepared '%s'".formatted(p.gid())));
            node.execute("delete from pgxa.decision");
        }
    }

    private long decisions() {
        return east.queryForLong("select count(*) from pgxa.decision where gtrid = '%s'".formatted(id));
    }

    private long prepared() {
        return Stream.of(east, west, south)
                .mapToLong(n -> n.preparedTransactions().size())
                .sum();
    }

    private static void say(XAResource recovery, boolean commit, ManagerByHand manager) throws XAException {
        if (commit) {
            recovery.commit(manager.xid, false);
        } else {
            recovery.rollback(manager.xid);
        }
    }

    private static String end(PostgresNode node) {
        return Bank.identity(node).substring(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsDecidedAndTheOperatorReadsWhatIsMissing(boolean commit) throws Exception {
        try (PostgresXa some = Bank.builder(east, west).build()) {
            XAResource recovery = some.recoveryResource(xid -> true);
            assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
            List<String> log = LogLines.of(Recovery.class, () -> {
                for (int again = 0; again < 2; again++) {
                    assertThatThrownBy(() -> say(recovery, commit, manager))
                            .isInstanceOfSatisfying(
                                    XAException.class,
                                    e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL))
                            .hasMessageContaining(end(south));
                }
            });
            assertThat(log)
                    .filteredOn(line -> line.contains("nothing is decided"))
                    .singleElement()
                    .asString()
                    .contains(id.toString(), end(south), "postgres.xa.nodes");
            assertThat(decisions()).isZero();
            some.recoverNow();
            assertThat(some.inDoubt())
                    .hasSize(2)
                    .extracting(InDoubtBranch::reason)
                    .allMatch(r -> r.contains(end(south)));
        }
        assertThat(prepared()).isEqualTo(3);

        try (PostgresXa all = Bank.builder(east, west, south).build()) {
            say(all.recoveryResource(xid -> true), commit, manager);
            eventually(LIMIT, "the transaction is settled", () -> {
                all.recoverNow();
                return prepared() == 0;
            });
        }
        assertThat(Bank.balances(east, west, south))
                .isEqualTo(commit ? List.of(980L, 1010L, 1010L) : List.of(1000L, 1000L, 1000L));
    }

    /** What is not there at all has no voice: a manager may not take it for done. */
    @Test
    void anInstanceWithoutItsHomeDecidesNothingEither() throws Exception {
        try (PostgresXa some = Bank.builder(west, south).build()) {
            XAResource recovery = some.recoveryResource(xid -> true);
            assertThat(recovery.recover(XAResource.TMSTARTRSCAN)).hasSize(1);
            assertThatThrownBy(() -> recovery.commit(manager.xid, false))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XAER_RMFAIL));
        }
        assertThat(decisions()).isZero();
        assertThat(prepared()).isEqualTo(3);
    }

    /** It never came to its PREPARE: all its nodes answer, so nothing is missing. */
    @Test
    void aBranchThatIsGoneFromANodeThatIsKnownDelaysNothing() throws Exception {
        south.preparedTransactions().forEach(p -> south.execute("rollback prepared '%s'".formatted(p.gid())));
        try (PostgresXa all = Bank.builder(east, west, south).build()) {
            all.recoveryResource(xid -> true).rollback(manager.xid);
            eventually(LIMIT, "the transaction is settled", () -> {
                all.recoverNow();
                return prepared() == 0;
            });
        }
        assertThat(Bank.balances(east, west, south)).containsExactly(1000L, 1000L, 1000L);
    }

    @Test
    void anOperatorsOrderNeedsThemAllAsWell() {
        List<NodeSettings> settings = Stream.of(east, west).map(Bank::settings).toList();
        Operations some = Operations.on(settings, DecisionSettings.DEFAULT);
        ResolveRequest order =
                new ResolveRequest(id, ResolveAction.COMMIT, DecisionState.NONE, "ticket 9", "a test", false);
        assertThatThrownBy(() -> some.resolve(order))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("further nodes")
                .hasMessageContaining(end(south));
        assertThat(some.explain(id).summary()).contains("further nodes", end(south));
        assertThat(some.doctor())
                .filteredOn(finding -> finding.what().contains(end(south)))
                .extracting(Finding::node)
                .containsExactly("east", "west");
        ResolveRequest forced =
                new ResolveRequest(id, ResolveAction.COMMIT, DecisionState.NONE, "ticket 9", "a test", true);
        assertThatThrownBy(() -> some.resolve(forced))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--without " + end(south));
        assertThat(decisions()).isZero();

        some.resolve(forced.without(Set.of(end(south))));
        assertThat(east.queryForString("select participants::text from pgxa.decision where gtrid = '%s'".formatted(id)))
                .as("a row that stays")
                .contains("0000000000000000");
    }
}
