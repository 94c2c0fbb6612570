package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageFilter;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loses the first message of a commit, then the second, and so on, until a commit ends unharmed: once each as
 * request and as reply. A message that is added to the protocol is lost here without a change of this test.
 */
@PostgresNodes({"east", "west", "north"})
class WireWalkIT {

    private static final int MORE_THAN_A_COMMIT_HAS = 40;

    /** The regular scan of a node is not part of a transaction. */
    private static final MessageFilter OF_A_COMMIT = MessageFilter.any().except(MessageKind.SCAN);

    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> proxies = new ArrayList<>();
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) {
        List<PostgresNode> nodes = List.of(east, west, north);
        Bank.open(east, west, north).close();
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("walk").recovery(Bank.FAST);
        for (PostgresNode node : nodes) {
            FaultProxy proxy = FaultProxy.before(node, plan);
            proxies.add(proxy);
            builder.node(node.name(), proxy.jdbcUrl(), node.username(), node.password());
        }
        bank = Bank.over(builder.build(), nodes);
    }

    @AfterEach
    void close() {
        bank.close();
        proxies.forEach(FaultProxy::close);
    }

    @ParameterizedTest
    @CsvSource({
        "two writers,               1,1,0, BEFORE_FORWARDING",
        "two writers,               1,1,0, AFTER_EXECUTED",
        "two writers and a reader,  1,1,r, BEFORE_FORWARDING",
        "two writers and a reader,  1,1,r, AFTER_EXECUTED",
        "three writers,             1,1,1, BEFORE_FORWARDING",
        "three writers,             1,1,1, AFTER_EXECUTED",
        "one writer and one reader, 1,r,0, BEFORE_FORWARDING",
        "one writer and one reader, 1,r,0, AFTER_EXECUTED"
    })
    void allOrNothingWhateverIsLost(String shape, String east, String west, String north, Position cut)
            throws Exception {
        for (int n = 1; n < MORE_THAN_A_COMMIT_HAS; n++) {
            List<Long> before = bank.balances();
            work("east", east);
            work("west", west);
            work("north", north);
            Fault fault = plan.at(OF_A_COMMIT).nth(n).cut(cut);
            Outcome told = commit();
            boolean unharmed = fault.message().isEmpty();
            plan.clear();
            String what = "%s, message %d, %s, told %s; %s".formatted(shape, n, cut, told, fault);
            Eventually.eventually(
                    Duration.ofSeconds(10), what + ": nothing is left prepared", () -> bank.prepared() == 0);

            List<Long> after = bank.balances();
            long writers =
                    List.of(east, west, north).stream().filter("1"::equals).count();
            long moved = sum(after) - sum(before);
            assertThat(moved).as(what).isIn(0L, writers);
            if (told != Outcome.UNKNOWN) {
                assertThat(moved).as(what).isEqualTo(told == Outcome.COMMITTED ? writers : 0L);
            }
            if (unharmed) {
                assertThat(told).as(what).isEqualTo(Outcome.COMMITTED);
                return;
            }
        }
        throw new AssertionError("a commit has more messages than this test expects");
    }

    private void work(String node, String what) throws Exception {
        if (bank.transaction().getStatus() == Status.STATUS_NO_TRANSACTION) {
            bank.transaction().begin();
        }
        if (what.equals("1")) {
            bank.add(node, 1);
        } else if (what.equals("r")) {
            bank.read(node);
        }
    }

    private Outcome commit() throws Exception {
        try {
            bank.transaction().commit();
            return Outcome.COMMITTED;
        } catch (RollbackException e) {
            return Outcome.ROLLED_BACK;
        } catch (HeuristicMixedException e) {
            return Outcome.UNKNOWN;
        }
    }

    private static long sum(List<Long> balances) {
        return balances.stream().mapToLong(Long::longValue).sum();
    }
}
