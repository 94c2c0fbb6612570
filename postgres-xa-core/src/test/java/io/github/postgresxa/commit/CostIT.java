package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.support.Eventually;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import io.github.postgresxa.test.fault.FaultProxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a transaction costs, counted on the wire and by the servers, not timed. */
@PostgresNodes(
        value = {"east", "west", "north"},
        settings = {"wal_writer_delay=10s", "autovacuum=off"})
class CostIT {

    private static final int TRANSACTIONS = 20;

    /** Long enough that neither recovery nor the janitor queries the servers meanwhile. */
    private static final RecoverySettings QUIET =
            new RecoverySettings(true, Duration.ofMinutes(5), Duration.ofMinutes(5));

    private List<PostgresNode> nodes;

    @BeforeEach
    void nodes(PostgresNode east, PostgresNode west, PostgresNode north) {
        nodes = List.of(east, west, north);
    }

    private interface Work {
        void in(Bank bank) throws Exception;
    }

    private long flushes() {
        return nodes.stream().mapToLong(PostgresNode::flushes).sum();
    }

    /** Before PostgreSQL 18 the count includes the few flushes of the server's background processes. */
    private boolean countsSessionsApart() {
        return nodes.get(0).majorVersion() >= 18;
    }

    private void assertFlushesPerTransaction(int expected, Work work) throws Exception {
        try (Bank bank = Bank.open(b -> b.recovery(QUIET), nodes.toArray(PostgresNode[]::new))) {
            bank.transaction().begin();
            bank.add("east", 1);
            bank.add("west", 1);
            bank.add("north", 1);
            bank.transaction().commit();
        }
        settle();
        awaitLateNumbers();
        long before = flushes();
        try (Bank bank = Bank.over(
                Bank.builder(nodes.toArray(PostgresNode[]::new)).recovery(QUIET).build(), nodes)) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                bank.transaction().begin();
                work.in(bank);
                bank.transaction().commit();
            }
        }
        // A session reports its numbers at the latest when it ends. Closing the pools has ended them.
        settle();
        if (countsSessionsApart()) {
            assertThat(flushes() - before).isEqualTo((long) expected * TRANSACTIONS);
        } else {
            // The background processes add less than one flush for each transaction.
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    expected + " flushes for each transaction are counted",
                    () -> flushes() - before >= (long) expected * TRANSACTIONS);
            assertThat((flushes() - before) / TRANSACTIONS).isEqualTo(expected);
        }
    }

    /** Before PostgreSQL 18 the numbers of ended sessions arrive up to half a second later. */
    private void awaitLateNumbers() throws Exception {
        if (countsSessionsApart()) {
            return;
        }
        AtomicLong last = new AtomicLong(-1);
        AtomicLong since = new AtomicLong(System.nanoTime());
        Eventually.eventually(Duration.ofSeconds(20), "no number arrives any more", () -> {
            long now = flushes();
            if (last.getAndSet(now) != now) {
                since.set(System.nanoTime());
            }
            return System.nanoTime() - since.get() > Duration.ofSeconds(1).toNanos();
        });
    }

    private void settle() throws Exception {
        for (PostgresNode node : nodes) {
            Eventually.eventually(
                    Duration.ofSeconds(10),
                    "the sessions on " + node.name() + " have ended",
                    () -> node.queryForLong(
                                    "select count(*) from pg_stat_activity where backend_type = 'client backend'"
                                            + " and application_name like 'postgres-xa%'")
                            == 0);
        }
    }

    @Test
    void twoWritersCostThreeFlushes() throws Exception {
        assertFlushesPerTransaction(3, bank -> {
            bank.add("east", 1);
            bank.add("west", 1);
        });
    }

    @Test
    void threeWritersCostFiveFlushes() throws Exception {
        assertFlushesPerTransaction(5, bank -> {
            bank.add("east", 1);
            bank.add("west", 1);
            bank.add("north", 1);
        });
    }

    @Test
    void oneWriterAndOneReaderCostOneFlush() throws Exception {
        assertFlushesPerTransaction(1, bank -> {
            bank.add("east", 1);
            bank.read("west");
        });
    }

    @Test
    void readersCostNoFlush() throws Exception {
        assertFlushesPerTransaction(0, bank -> {
            bank.read("east");
            bank.read("west");
        });
    }

    @Test
    void twoWritersCostThreeRoundTripsAfterTheWork() throws Exception {
        assertThat(roundTripsAfter(bank -> {
                    bank.add("east", 1);
                    bank.add("west", 1);
                }))
                .isEqualTo(3);
    }

    @Test
    void twoWritersCostFiveRoundTripsInAll() throws Exception {
        assertThat(roundTrips(
                        bank -> {
                            bank.add("east", 1);
                            bank.add("west", 1);
                        },
                        true))
                .isEqualTo(5);
    }

    @Test
    void oneWriterAloneCostsOneRoundTripAfterTheWork() throws Exception {
        assertThat(roundTripsAfter(bank -> bank.add("east", 1))).isEqualTo(1);
    }

    @Test
    void oneWriterAndOneReaderCostThreeRoundTripsAfterTheWork() throws Exception {
        assertThat(roundTripsAfter(bank -> {
                    bank.add("east", 1);
                    bank.read("west");
                }))
                .isEqualTo(3);
    }

    @Test
    void readersThatSaidSoCostOneRoundTripEachAfterTheWork() throws Exception {
        assertThat(roundTripsAfter(bank -> {
                    for (String node : List.of("east", "west")) {
                        try (Connection c = bank.connection(node)) {
                            c.setReadOnly(true);
                        }
                        bank.read(node);
                    }
                }))
                .isEqualTo(2);
    }

    @Test
    void readersThatDidNotSaySoCostTwoEach() throws Exception {
        assertThat(roundTripsAfter(bank -> {
                    bank.read("east");
                    bank.read("west");
                }))
                .isEqualTo(4);
    }

    private long roundTripsAfter(Work work) throws Exception {
        return roundTrips(work, false);
    }

    private long roundTrips(Work work, boolean all) throws Exception {
        List<FaultProxy> proxies = new ArrayList<>();
        PostgresXa.Builder builder =
                PostgresXa.builder().home("first-used").name("bank").recovery(QUIET);
        for (PostgresNode node : nodes) {
            FaultProxy proxy = FaultProxy.before(node);
            proxies.add(proxy);
            builder.node(node.name(), proxy.jdbcUrl(), node.username(), node.password());
        }
        // Creates the accounts.
        Bank.open(nodes.toArray(PostgresNode[]::new)).close();
        try (Bank bank = Bank.over(builder.build(), nodes)) {
            long counted = 0;
            // The first rounds open connections and learn types.
            for (int round = 0; round < 3; round++) {
                long beforeWork = sum(proxies);
                bank.transaction().begin();
                work.in(bank);
                long afterWork = sum(proxies);
                bank.transaction().commit();
                counted = sum(proxies) - (all ? beforeWork : afterWork);
            }
            return counted;
        } finally {
            proxies.forEach(FaultProxy::close);
        }
    }

    private static long sum(List<FaultProxy> proxies) {
        return proxies.stream().mapToLong(FaultProxy::roundTrips).sum();
    }
}
