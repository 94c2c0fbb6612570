package io.github.postgresxa.benchmarks.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PostgresNodes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Coordinators have died and left many branches. Measures how long recovery, with its default settings, takes to end
 * them all. {@code -Dscale.branches} sets their number, by default 10,000.
 */
@Part("recovery")
@PostgresNodes(
        value = {"east", "north", "west"},
        settings = {"max_prepared_transactions=12000", "max_locks_per_transaction=16", "shared_buffers=128MB"})
class RecoveryScale {

    private static final int ENOUGH = 10_000;
    private static final double TARGET = 20;
    private static final long LIMIT = 600;

    private record Case(String name, Consumer<Abandoned> leave, int stayInDoubt) {}

    private record Measured(String name, int branches, double first, double last) {}

    private final int count = Integer.getInteger("scale.branches", ENOUGH);

    @Test
    void everythingIsEndedAsDecided(PostgresNode east, PostgresNode north, PostgresNode west) throws Exception {
        Servers.schema(east, north, west);
        String outOfReach = Servers.identity(north);
        north.stop();
        List<Case> cases = List.of(
                new Case("each with a row C", a -> a.firstForm(count, Fate.COMMIT), 0),
                new Case("each without a row: to be fenced", a -> a.firstForm(count, Fate.UNDECIDED), 0),
                new Case(
                        "half with a row C, half without a row",
                        a -> {
                            a.firstForm(count / 2, Fate.COMMIT);
                            a.firstForm(count / 2, Fate.UNDECIDED);
                        },
                        0),
                new Case(
                        "the same, and a tenth more whose home cannot be reached",
                        a -> {
                            a.firstForm(count / 2, Fate.COMMIT);
                            a.firstForm(count / 2, Fate.UNDECIDED);
                            a.ofAnotherHome(count / 10, outOfReach);
                        },
                        count / 10),
                new Case(
                        "with another resource, two branches each, half with a row C, half with a row A",
                        a -> {
                            a.secondForm(count / 4, Fate.COMMIT);
                            a.secondForm(count / 4, Fate.ABORT);
                        },
                        0));
        List<Measured> measured = new ArrayList<>();
        for (Case one : cases) {
            if (one.name().contains(System.getProperty("scale.case", ""))) {
                measured.add(measure(one, north, east, west));
            }
        }
        report(measured, Machine.circumstances(east));
    }

    private static Measured measure(Case one, PostgresNode down, PostgresNode... nodes) throws Exception {
        Abandoned abandoned = new Abandoned(nodes);
        one.leave().accept(abandoned);
        long from = System.nanoTime();
        abandoned.leave();
        System.err.printf("%s: prepared in %.1f s%n", one.name(), (System.nanoTime() - from) / 1e9);
        int toEnd = abandoned.branches() - one.stayInDoubt();
        Watch watch = new Watch(toEnd);
        try (PostgresXa xa = Servers.builder(nodes)
                .node(Servers.settings(down))
                .listener(watch)
                .build()) {
            assertThat(watch.await(LIMIT)).as("%d left", watch.open()).isTrue();
            assertThat(watch.alarms()).isZero();
            assertThat(xa.inDoubt()).hasSizeLessThanOrEqualTo(one.stayInDoubt());
            assertThat(abandoned.wrong(one.stayInDoubt())).isEmpty();
            assertThat(rowsA(nodes)).as("fences").isGreaterThanOrEqualTo(abandoned.withoutRow() - one.stayInDoubt());
        } finally {
            abandoned.clear();
        }
        System.err.printf("%s: first %.1f s, last %.1f s%n", one.name(), watch.firstAfter(), watch.lastAfter());
        return new Measured(one.name(), toEnd, watch.firstAfter(), watch.lastAfter());
    }

    private static long rowsA(PostgresNode... nodes) {
        return List.of(nodes).stream()
                .mapToLong(n -> n.queryForLong("select count(*) from pgxa.decision where outcome = 'A'"))
                .sum();
    }

    private void report(List<Measured> measured, String circumstances) throws SQLException {
        StringBuilder text = new StringBuilder("""
                %s

                Coordinators have died and left %s prepared branches on two nodes. One instance starts, with the
                default settings of recovery (`interval` 1 s, `grace` 2 s), and one of its three nodes cannot be
                reached. Seconds from the beginning of `build()`. Until the first branch is ended recovery waits by
                rule: half an interval for what has a row, and for what has none until it is sure that no coordinator
                is still at work on it. Checked in each run: every branch ended as decided, fenced ones with a row A,
                prepared transactions of others are still there.

                | branches | first one ended after | last one ended after | branches per second in between |
                |---|---|---|---|
                """.formatted(circumstances, Figures.whole(count)));
        measured.forEach(m -> text.append("| %s: %s | %s s | **%s s** | %s |%n"
                .formatted(
                        Figures.whole(m.branches()),
                        m.name(),
                        Figures.one(m.first()),
                        Figures.one(m.last()),
                        Figures.whole(m.branches() / (m.last() - m.first())))));
        text.append("%nAsked: 10,000 within %.0f s: %s.%n"
                .formatted(TARGET, measured.stream().allMatch(m -> m.last() <= TARGET) ? "met" : "**missed**"));
        Page.RECOVERY.write(count >= ENOUGH, text.toString());
    }
}
