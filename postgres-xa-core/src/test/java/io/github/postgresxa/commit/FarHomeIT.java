package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.HomeReason;
import io.github.postgresxa.InvalidConfigurationException;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultProxy;
import jakarta.transaction.RollbackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The home is where the commit is shortest: one round trip to a far node, not two. Round trips are counted, and the
 * home is read from the nodes' own tables. West is far away, north still farther.
 */
@PostgresNodes({"east", "west", "north"})
class FarHomeIT {

    /** Long enough that recovery measures nothing meanwhile. */
    private static final RecoverySettings QUIET =
            new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMinutes(5));

    /** Usually nine transfers are enough to know each node. */
    private static final int ENOUGH = 12;

    /** It takes more of them where the machine is busy. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, FaultProxy> proxies = new HashMap<>();
    private final List<String> chosen = new ArrayList<>();
    private List<PostgresNode> nodes;

    @BeforeEach
    void moveAway(PostgresNode east, PostgresNode west, PostgresNode north) {
        nodes = List.of(east, west, north);
        Bank.open(east, west, north).close();
        nodes.forEach(n -> proxies.put(n.name(), FaultProxy.before(n)));
        proxy("west").distance(Duration.ofMillis(60));
        proxy("north").distance(Duration.ofMillis(150));
    }

    @AfterEach
    void close() {
        proxies.values().forEach(FaultProxy::close);
    }

    private FaultProxy proxy(String node) {
        return Objects.requireNonNull(proxies.get(node));
    }

    private Bank bank(UnaryOperator<PostgresXa.Builder> settings) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .name("bank")
                .recovery(QUIET)
                .listener(new XaListener() {
                    @Override
                    public void homeChosen(TransactionId id, String node, HomeReason reason) {
                        chosen.add(node + " " + reason);
                    }
                });
        nodes.forEach(n -> builder.node(n.name(), proxy(n.name()).jdbcUrl(), n.username(), n.password()));
        return Bank.over(settings.apply(builder).build(), nodes);
    }

    private static TransactionId transfer(Bank bank, String... order) throws Exception {
        bank.transaction().begin();
        bank.add(order[0], 1 - order.length);
        for (int i = 1; i < order.length; i++) {
            bank.add(order[i], 1);
        }
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        return id;
    }

    /** Transfers until a node is chosen for the reason that it is far. {@return the last transfer} */
    private TransactionId transferUntilChosen(String home, Bank bank, String... order) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        transfer(bank, order); // Opens connections, as the next one may.
        TransactionId last = transfer(bank, order);
        while (!lastChoice().startsWith(home)) {
            assertThat(System.nanoTime()).as("chosen are " + chosen).isLessThan(end);
            last = transfer(bank, order);
        }
        return last;
    }

    /** {@return the node that keeps the decision} */
    private String home(TransactionId id) {
        return nodes.stream()
                .filter(n -> n.queryForLong(
                                "select count(*) from pgxa.decision where outcome = 'C' and gtrid = ?::uuid",
                                id.toString())
                        == 1)
                .map(PostgresNode::name)
                .reduce((a, b) -> a + " and " + b)
                .orElse("none");
    }

    private String lastChoice() {
        return chosen.get(chosen.size() - 1);
    }

    @ParameterizedTest
    @CsvSource({"east, west", "west, east"})
    void theFarNodeKeepsTheDecisionInBothDirections(String from, String to) throws Exception {
        try (Bank bank = bank(b -> b)) {
            transferUntilChosen("west", bank, from, to);
            long near = proxy("east").roundTrips();
            long far = proxy("west").roundTrips();
            TransactionId id = transfer(bank, from, to);

            assertThat(home(id)).isEqualTo("west");
            assertThat(proxy("west").roundTrips() - far).as("work and decision").isEqualTo(2);
            assertThat(proxy("east").roundTrips() - near)
                    .as("work, PREPARE and COMMIT PREPARED")
                    .isEqualTo(3);
            assertThat(lastChoice()).isEqualTo(from.equals("west") ? "west FIRST_USED" : "west SHORTEST_COMMIT");
        }
    }

    @ParameterizedTest
    @CsvSource({"east, west, north", "west, north, east", "north, east, west"})
    void theFarthestOfThreeKeepsTheDecision(String first, String second, String third) throws Exception {
        try (Bank bank = bank(b -> b)) {
            proxy("west").distance(Duration.ofMillis(30));
            transferUntilChosen("north", bank, first, second, third);
            long far = proxy("north").roundTrips();
            TransactionId id = transfer(bank, first, second, third);

            assertThat(home(id)).isEqualTo("north");
            assertThat(proxy("north").roundTrips() - far)
                    .as("work and decision")
                    .isEqualTo(2);
        }
    }

    @Test
    void theNodeThatWasUsedFirstWhileNothingIsKnown() throws Exception {
        try (Bank bank = bank(b -> b)) {
            assertThat(home(transfer(bank, "east", "west"))).isEqualTo("east");
            assertThat(lastChoice()).isEqualTo("east FIRST_USED");
        }
    }

    @Test
    void recoverysPassesKnowTheDistanceBeforeTheFirstCommit() throws Exception {
        try (Bank bank = bank(b -> b.recovery(Bank.FAST))) {
            Eventually.eventually(
                    Duration.ofSeconds(20),
                    "recovery has measured each node",
                    () -> bank.xa.statistics().stream().allMatch(s -> s.roundTrip() != null));
            assertThat(home(transfer(bank, "east", "west"))).isEqualTo("west");
        }
    }

    @Test
    void aPinnedNodeIsTheHomeWhereverItWrites() throws Exception {
        try (Bank bank = bank(b -> b.home("east"))) {
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(home(transfer(bank, "west", "east"))).isEqualTo("east");
                assertThat(lastChoice()).isEqualTo("east PINNED");
            }
            assertThat(home(transferUntilChosen("north", bank, "west", "north")))
                    .as("where it does not write, the commit is shortest")
                    .isEqualTo("north");
        }
    }

    @Test
    void firstUsedKeepsTheOrderOfTheApplication() throws Exception {
        try (Bank bank = bank(b -> b.home("first-used"))) {
            for (int i = 0; i < ENOUGH; i++) {
                assertThat(home(transfer(bank, "east", "west"))).isEqualTo("east");
            }
        }
    }

    @Test
    void aHomeThatIsNoNodeIsRefusedAtTheStart() {
        assertThatThrownBy(() -> bank(b -> b.home("south")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'south'");
    }

    /** What it reports as written owns no transaction ID there, so it cannot keep a decision. */
    @Test
    void aFarNodeThatOnlySeemedToWriteIsNotTriedAgain() throws Exception {
        PostgresNode west = nodes.get(1);
        west.execute(
                "create or replace view nothing as select 1 as a",
                "create or replace function ignore() returns trigger language plpgsql as 'begin return new; end'",
                "create or replace trigger t instead of insert on nothing for each row execute function ignore()");
        try (Bank bank = bank(b -> b)) {
            transferUntilChosen("west", bank, "east", "west");
            assertThatThrownBy(() -> pretend(bank)).isInstanceOf(RollbackException.class);
            assertThat(home(pretend(bank))).isEqualTo("east");
        }
    }

    private static TransactionId pretend(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", 1);
        bank.execute("west", "insert into nothing values (1)");
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        return id;
    }

    /** The home alone may do what PostgreSQL cannot prepare. */
    @Test
    void aNodeWhoseWorkCouldNotBePreparedIsTheHomeAgainWhereItIsUsedFirst() throws Exception {
        try (Bank bank = bank(b -> b)) {
            transferUntilChosen("west", bank, "east", "west");
            assertThatThrownBy(() -> announce(bank)).isInstanceOf(RollbackException.class);
            assertThat(home(announce(bank))).isEqualTo("east");
            assertThat(lastChoice()).isEqualTo("east FIRST_USED");
        }
    }

    private static TransactionId announce(Bank bank) throws Exception {
        bank.transaction().begin();
        bank.add("east", 1);
        bank.execute("east", "notify news");
        bank.add("west", 1);
        TransactionId id = bank.xa.currentTransaction().orElseThrow();
        bank.transaction().commit();
        return id;
    }
}
