package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.HomeReason;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Three nodes: west is far away, north still farther. The home is read from the nodes' own tables. */
@PostgresNodes({"east", "west", "north"})
abstract class FarHomeTest {

    /** Long enough that recovery measures nothing meanwhile. */
    static final RecoverySettings QUIET = new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMinutes(5));

    /** Usually nine transfers are enough to know each node. */
    static final int ENOUGH = 12;

    /** It takes more of them where the machine is busy. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Map<String, FaultProxy> proxies = new HashMap<>();
    final List<String> chosen = new ArrayList<>();
    List<PostgresNode> nodes;

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

    FaultProxy proxy(String node) {
        return Objects.requireNonNull(proxies.get(node));
    }

    Bank bank(UnaryOperator<PostgresXa.Builder> settings) {
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

    static TransactionId transfer(Bank bank, String... order) throws Exception {
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
    TransactionId transferUntilChosen(String home, Bank bank, String... order) throws Exception {
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
    String home(TransactionId id) {
        return nodes.stream()
                .filter(n -> n.queryForLong(
                                "select count(*) from pgxa.decision where outcome = 'C' and gtrid = ?::uuid",
                                id.toString())
                        == 1)
                .map(PostgresNode::name)
                .reduce((a, b) -> a + " and " + b)
                .orElse("none");
    }

    String lastChoice() {
        return chosen.get(chosen.size() - 1);
    }
}
