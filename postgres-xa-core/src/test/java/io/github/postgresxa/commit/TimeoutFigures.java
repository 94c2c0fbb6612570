package io.github.postgresxa.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.support.Bank;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import jakarta.transaction.RollbackException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    /** What is this late is measured again, up to so many times in all: a machine that is busy has quiet moments. */
    private static final int PERCENT = 10;

    private static final int ATTEMPTS = 3;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<PostgresXa> opened = new ArrayList<>();
    private PostgresNode east;
    private PostgresNode west;
    private PostgresXa xa;

    /** One way to ask for a timeout. The work returns the moment at which its statement was stopped. */
    private record Way(String name, Duration asked, Callable<Long> work) {}

    private interface Begin {
        void run() throws Exception;
    }

    private record Figure(Way way, Duration took) {

        long percent() {
            return (took.toMillis() - way.asked.toMillis()) * 100 / way.asked.toMillis();
        }

        Figure orBetter(Figure other) {
            return took.compareTo(other.took) <= 0 ? this : other;
        }

        @Override
        public String toString() {
            return "%s %d ms: %d ms".formatted(way.name, way.asked.toMillis(), took.toMillis());
        }
    }

    /** Attaches the manager. */
    abstract PostgresXa.Builder attach(PostgresXa.Builder builder) throws Exception;

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
        xa = open(Duration.ofSeconds(30), ASKED.size() * 2);
    }

    /** Opens the connections, too: on a machine that does much else, that alone takes longer than a short timeout. */
    private PostgresXa open(Duration defaultTimeout, int connections) throws Exception {
        PostgresXa made = attach(Bank.builder(east, west).transactionTimeout(defaultTimeout))
                .build();
        opened.add(made);
        Deque<Connection> open = new ArrayDeque<>();
        try {
            for (String node : made.nodeNames()) {
                for (int i = 0; i < connections; i++) {
                    open.push(made.dataSource(node).getConnection());
                }
            }
        } finally {
            for (Connection connection : open) {
                connection.close();
            }
        }
        return made;
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        opened.forEach(PostgresXa::close);
    }

    @Test
    void noneIsEarlyAndEachIsPrintedHowLateItIs() throws Exception {
        Map<Way, Figure> best = new LinkedHashMap<>();
        List<Way> left = ways();
        for (int i = 0; i < ATTEMPTS && !left.isEmpty(); i++) {
            for (Figure figure : measured(left)) {
                assertThat(figure.took).as(figure.way.name).isBetween(figure.way.asked, figure.way.asked.plus(LATE));
                best.merge(figure.way, figure, Figure::orBetter);
            }
            left = best.values().stream()
                    .filter(f -> f.percent() > PERCENT)
                    .map(Figure::way)
                    .toList();
        }
        print(best.values());
        assertThat(Bank.balances(east, west)).containsExactly(1000L, 1000L);
        assertThat(xa.activeTransactionCount()).isZero();
    }

    private void print(Collection<Figure> figures) {
        long worst = figures.stream().mapToLong(Figure::percent).max().orElseThrow();
        System.out.printf("%s: worst %d %% late; %s%n", getClass().getSimpleName(), worst, figures);
    }

    private List<Way> ways() throws Exception {
        List<Way> ways = new ArrayList<>();
        for (Duration asked : ASKED) {
            ways.add(new Way("begin(Duration)", asked, () -> byHand(xa, () -> xa.begin(asked))));
            ways.add(new Way("inTransaction(Duration)", asked, () -> inTransaction(asked)));
            if (asked.toMillis() % 1000 == 0) {
                ways.add(new Way(
                        "setTransactionTimeout",
                        asked,
                        () -> byHand(xa, () -> {
                            xa.userTransaction().setTransactionTimeout((int) asked.toSeconds());
                            xa.userTransaction().begin();
                        })));
            }
            if (takesOurDefault()) {
                PostgresXa other = open(asked, 1);
                Begin begin = () -> other.userTransaction().begin();
                ways.add(new Way("default", asked, () -> byHand(other, begin)));
            }
        }
        return ways;
    }

    private List<Figure> measured(List<Way> ways) throws Exception {
        List<Future<Figure>> running = new ArrayList<>();
        for (Way way : ways) {
            running.add(threads.submit(() -> {
                long began = System.nanoTime();
                return new Figure(way, Duration.ofNanos(way.work.call() - began));
            }));
        }
        List<Figure> figures = new ArrayList<>();
        for (Future<Figure> figure : running) {
            figures.add(figure.get(60, TimeUnit.SECONDS));
        }
        return figures;
    }

    private long byHand(PostgresXa on, Begin begin) throws Exception {
        begin.run();
        long ended = stopped(() -> sleep(on, "west"));
        assertThatThrownBy(() -> on.userTransaction().commit()).isInstanceOf(RollbackException.class);
        on.userTransaction().setTransactionTimeout(0); // The thread may be used again.
        return ended;
    }

    private long inTransaction(Duration asked) {
        return stopped(() -> xa.inTransaction(asked, () -> sleep(xa, "east")));
    }

    private static long stopped(ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOf(SQLTimeoutException.class);
        return System.nanoTime();
    }

    private void sleep(PostgresXa on, String node) throws SQLException {
        Bank.over(on, List.of(east, west)).execute(node, "select pg_sleep(30)");
    }
}
