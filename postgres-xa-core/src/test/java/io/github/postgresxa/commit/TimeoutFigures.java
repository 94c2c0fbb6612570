package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How exactly transactions end with their timeouts, under one manager: each way to ask for one, several timeouts, a
 * statement that runs at that moment. All at once, so that it takes no longer than the longest. Never earlier is a
 * claim; how much later is printed, because it is the machine's answer, too.
 */
@PostgresNodes({"east", "west"})
abstract class TimeoutFigures {

    private static final List<Duration> ASKED =
            List.of(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5));

    /** On a machine that does much else, still an end. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PostgresNode east;
    private PostgresNode west;
    private PostgresXa xa;

    /** One way to ask for a timeout; the transaction ends in a statement of the work. */
    private record Way(String name, Duration asked, Begin begin) {}

    private interface Begin {
        void run() throws Exception;
    }

    private record Figure(Way way, Duration took) {

        long percent() {
            return (took.toMillis() - way.asked.toMillis()) * 100 / way.asked.toMillis();
        }

        @Override
        public String toString() {
            return "%s %d ms: %d ms".formatted(way.name, way.asked.toMillis(), took.toMillis());
        }
    }

    /** Attaches the manager. */
    abstract PostgresXa.Builder attach(PostgresXa.Builder builder) throws Exception;

    /** Ends the manager. */
    abstract void shutDown() throws Exception;

    /** {@return whether the default timeout is ours to set} */
    abstract boolean takesOurDefault();

    final PostgresXa xa() {
        return xa;
    }

    @BeforeEach
    void open(PostgresNode east, PostgresNode west) throws Exception {
        this.east = east;
        this.west = west;
        Bank.createAccounts(east, west);
        xa = open(Duration.ofSeconds(30));
    }

    private PostgresXa open(Duration defaultTimeout) throws Exception {
        return attach(Bank.builder(east, west).transactionTimeout(defaultTimeout))
                .build();
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        xa.close();
        shutDown();
    }

    @Test
    void noneIsEarlyAndEachIsPrintedHowLateItIs() throws Exception {
        List<Figure> figures = measured(ways());
        System.out.printf(
                "%s: worst %d %% late; %s%n",
                getClass().getSimpleName(),
                figures.stream().mapToLong(Figure::percent).max().orElseThrow(),
                figures);
        assertThat(figures)
                .allSatisfy(f -> assertThat(f.took).as(f.way.name).isBetween(f.way.asked, f.way.asked.plus(LATE)));
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        assertThat(xa.activeTransactionCount()).isZero();
    }

    private List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        for (Duration asked : ASKED) {
            ways.add(new Way("begin(Duration)", asked, () -> xa.begin(asked)));
            if (asked.toMillis() % 1000 == 0) {
                ways.add(new Way("setTransactionTimeout", asked, () -> {
                    xa.userTransaction().setTransactionTimeout((int) asked.toSeconds());
                    xa.userTransaction().begin();
                }));
            }
        }
        return ways;
    }

    private List<Figure> measured(List<Way> ways) throws Exception {
        Map<Duration, PostgresXa> others = new LinkedHashMap<>();
        try {
            for (Duration asked : takesOurDefault() ? ASKED : List.<Duration>of()) {
                PostgresXa other = open(asked);
                others.put(asked, other);
                warmUp(other, 1);
            }
            warmUp(xa, ways.size());
            List<Future<Figure>> running = new ArrayList<>();
            others.forEach((asked, other) -> {
                Way way =
                        new Way("default", asked, () -> other.userTransaction().begin());
                running.add(threads.submit(() -> byHand(other, way)));
            });
            ways.forEach(way -> running.add(threads.submit(() -> byHand(xa, way))));
            ASKED.forEach(asked -> running.add(threads.submit(() -> inTransaction(asked))));
            List<Figure> figures = new ArrayList<>();
            for (Future<Figure> figure : running) {
                figures.add(figure.get(60, TimeUnit.SECONDS));
            }
            return figures;
        } finally {
            others.values().forEach(PostgresXa::close);
        }
    }

    /** Opens the connections: on a machine that does much else, that alone takes longer than a short timeout. */
    private static void warmUp(PostgresXa on, int connections) throws Exception {
        Deque<Connection> open = new ArrayDeque<>();
        try {
            for (String node : on.nodeNames()) {
                for (int i = 0; i < connections; i++) {
                    open.push(on.dataSource(node).getConnection());
                }
            }
        } finally {
            for (Connection connection : open) {
                connection.close();
            }
        }
    }

    private Figure byHand(PostgresXa on, Way way) throws Exception {
        Bank bank = Bank.over(on, List.of(east, west));
        long began = System.nanoTime();
        way.begin.run();
        assertThatThrownBy(() -> bank.execute("west", "select pg_sleep(30)")).isInstanceOf(SQLTimeoutException.class);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThatThrownBy(() -> on.userTransaction().commit()).isInstanceOf(RollbackException.class);
        return new Figure(way, took);
    }

    private Figure inTransaction(Duration asked) {
        Bank bank = Bank.over(xa, List.of(east, west));
        long began = System.nanoTime();
        assertThatThrownBy(() -> xa.inTransaction(asked, () -> bank.execute("east", "select pg_sleep(30)")))
                .isInstanceOf(SQLTimeoutException.class);
        return new Figure(
                new Way("inTransaction(Duration)", asked, () -> {}), Duration.ofNanos(System.nanoTime() - began));
    }
}
