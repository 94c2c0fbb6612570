package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.tx.jta.impl.TransactionImpl;
import com.sun.enterprise.transaction.JavaEETransactionImpl;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.Transaction;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Managers of servers that pass no timeout to a resource. At the end of the time, Payara lets a statement run on and
 * then commits; Liberty lets it run on and rolls back.
 */
@PostgresNodes({"east", "west"})
class ServerTimeoutIT {

    private static final int SECONDS = 2;
    private static final Duration TIMEOUT = Duration.ofSeconds(SECONDS);

    private final PostgresNode east;
    private final PostgresNode west;
    private final ManagerByHand manager = new ManagerByHand();

    ServerTimeoutIT(PostgresNode east, PostgresNode west) {
        this.east = east;
        this.west = west;
    }

    /**
     * How the timeout becomes known.
     *
     * @param transaction makes the server's transaction; null if it is of a kind that tells nothing
     * @param configured the default timeout of the configuration
     */
    record Server(
            String name,
            @Nullable UnaryOperator<Transaction> transaction,
            @Nullable Duration configured) {
        @Override
        public String toString() {
            return name;
        }

        /** {@return whether it counts from the begin, not from the first use of a node} */
        boolean tellsTheBegin() {
            return transaction != null;
        }
    }

    static Stream<Server> servers() {
        return Stream.of(
                new Server("Payara", t -> new JavaEETransactionImpl(SECONDS, t), null),
                new Server("Liberty", t -> new TransactionImpl(SECONDS, t), Duration.ofHours(1)),
                new Server("any other, with a configured timeout", null, TIMEOUT));
    }

    private Bank open(Server server) throws Exception {
        Bank bank = Bank.open(
                b -> server.configured() == null
                        ? b.transactionManager(manager, manager)
                        : b.transactionManager(manager, manager).transactionTimeout(server.configured()),
                east,
                west);
        manager.told =
                server.transaction() == null ? null : server.transaction().apply(manager);
        return bank;
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theStatementIsStoppedAndNothingCommits(Server server) throws Exception {
        try (Bank bank = open(server)) {
            long begun = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(500);
            long used = System.nanoTime();
            bank.add("east", -10);
            bank.add("west", 10);
            assertThatThrownBy(() -> bank.execute("west", "select pg_sleep(60)"))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("timeout of 2 s");
            long counted = server.tellsTheBegin() ? begun : used;
            assertThat(since(counted)).isBetween(TIMEOUT.minusMillis(2), TIMEOUT.plusSeconds(10));
            refusesToCommit();
            manager.complete();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void oneThatIsIdleIsRolledBackBeforeItsCommit(Server server) throws Exception {
        try (Bank bank = open(server)) {
            long begun = System.nanoTime();
            bank.add("east", -10);
            bank.add("west", 10);
            while (since(begun).compareTo(TIMEOUT.plusMillis(100)) < 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            refusesToCommit();
            manager.complete();
            assertThat(bank.balances()).containsExactly(1000L, 1000L);
        }
    }

    private void refusesToCommit() {
        XAResource resource = manager.resource();
        assertThatThrownBy(() -> resource.commit(manager.xid, true))
                .isInstanceOf(XAException.class)
                .hasMessageContaining("took longer than its timeout of 2 s");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void oneThatEndsInTimeCommits(Server server) throws Exception {
        try (Bank bank = open(server)) {
            bank.add("east", -10);
            bank.add("west", 10);
            manager.resource().commit(manager.xid, true);
            manager.complete();
            assertThat(bank.balances()).containsExactly(990L, 1010L);
        }
    }

    @Test
    void whereNeitherTheServerNorTheConfigurationHasATimeoutThereIsNone() throws Exception {
        for (Transaction told : List.of(new JavaEETransactionImpl(0, manager), new TransactionImpl(0, manager))) {
            try (Bank bank = Bank.open(b -> b.transactionManager(manager, manager), east, west)) {
                manager.told = told;
                bank.execute("west", "select pg_sleep(0.5)");
                bank.add("west", 10);
                manager.resource().commit(manager.xid, true);
                manager.complete();
                assertThat(bank.balances()).containsExactly(1000L, 1010L);
            }
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
