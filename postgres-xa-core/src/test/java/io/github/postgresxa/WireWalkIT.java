package io.github.postgresxa;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Losses.Fate;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loses the first message of a commit, then the second, and so on, until a commit ends unharmed: once each as request and as reply. A message that the
 * protocol may get one day is lost here without a change of this test.
 */
@PostgresNodes({"east", "west", "north"})
class WireWalkIT {

    private static final int MORE_THAN_A_COMMIT_HAS = 40;

    private final Losses losses = new Losses();
    private final List<WireRelay> relays = new ArrayList<>();
    private Bank bank;

    @BeforeEach
    void open(PostgresNode east, PostgresNode west, PostgresNode north) {
        List<PostgresNode> nodes = List.of(east, west, north);
        Bank.open(east, west, north).close();
        PostgresXa.Builder builder = PostgresXa.builder().name("walk").recovery(Bank.FAST);
        for (PostgresNode node : nodes) {
            WireRelay relay = new WireRelay(node, losses);
            relays.add(relay);
            builder.node(relay.settings());
        }
        bank = Bank.over(builder.build(), nodes);
    }

    @AfterEach
    void close() throws Exception {
        bank.close();
        for (WireRelay relay : relays) {
            relay.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "two writers,               1,1,0, REQUEST_LOST",
        "two writers,               1,1,0, REPLY_LOST",
        "two writers and a reader,  1,1,r, REQUEST_LOST",
        "two writers and a reader,  1,1,r, REPLY_LOST",
        "three writers,             1,1,1, REQUEST_LOST",
        "three writers,             1,1,1, REPLY_LOST",
        "one writer and one reader, 1,r,0, REQUEST_LOST",
        "one writer and one reader, 1,r,0, REPLY_LOST"
    })
    void allOrNothingWhateverIsLost(String shape, String east, String west, String north, Fate fate) throws Exception {
        for (int n = 1; n < MORE_THAN_A_COMMIT_HAS; n++) {
            List<Long> before = bank.balances();
            work("east", east);
            work("west", west);
            work("north", north);
            losses.arm(n, fate);
            Outcome told = commit();
            boolean unharmed = !losses.struck();
            losses.disarm();
            String what = "%s, message %d, %s, told %s".formatted(shape, n, fate, told);
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
        if (bank.transaction().getStatus() == jakarta.transaction.Status.STATUS_NO_TRANSACTION) {
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
