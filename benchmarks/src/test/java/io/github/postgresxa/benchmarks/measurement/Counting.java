package io.github.postgresxa.benchmarks.measurement;

import io.github.postgresxa.benchmarks.contender.Setting;
import io.github.postgresxa.benchmarks.work.Mix;
import io.github.postgresxa.benchmarks.worker.Worker;
import io.github.postgresxa.benchmarks.worker.WorkerException;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.FaultProxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what single transactions cost, one after the other and nothing else: round trips on the wire, flushes and
 * bytes at the servers.
 *
 * <p>Each is counted several times and the median is taken, so a recovery pass of a manager in between does no harm.
 */
final class Counting {

    private static final int TIMES = 3;

    /** One client needs no more: a pool that is closed while it is being filled leaves a connection behind. */
    private static final int POOL = 1;

    /** After so many transactions the servers know the statements, and every used page has been touched. */
    private static final int FIRST = 40;

    /** All on one page, so that no full-page write falls into the measurement. */
    private static final int ACCOUNTS = 50;

    private final Nodes nodes;
    private final int transactions;
    private final long seed;

    Counting(Nodes nodes, int transactions, long seed) {
        this.nodes = nodes;
        this.transactions = transactions;
        this.seed = seed;
    }

    Cost count(Cost.Work work, Worker worker) {
        Mix mix = new Mix(work.readers(), work.writers(), ACCOUNTS, false);
        List<FaultProxy> wires = new ArrayList<>();
        for (PostgresNode node : nodes.first(mix.nodes())) {
            wires.add(FaultProxy.before(node));
        }
        try {
            return count(work, mix, worker, wires);
        } catch (WorkerException e) {
            return new Cost(work, worker.kind(), 0, 0, 0, String.valueOf(e.getMessage()));
        } finally {
            wires.forEach(FaultProxy::close);
        }
    }

    private Cost count(Cost.Work work, Mix mix, Worker worker, List<FaultProxy> wires) {
        Setting setting = new Setting(
                wires.stream().map(w -> Nodes.address(w.node(), w.port())).toList(), POOL, true);
        Audit audit = new Audit(mix, nodes.money(mix.nodes()));
        worker.open(setting); // The first to open a node may have to create a schema there.
        audit.add(worker.count(mix, 1, seed));
        worker.closePools();
        nodes.quiet();
        long flushes = nodes.flushes();
        worker.open(setting);
        audit.add(worker.count(mix, FIRST, seed));
        List<Double> roundTrips = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            long tripsBefore = roundTrips(wires);
            long positionBefore = nodes.walPosition();
            audit.add(worker.count(mix, transactions, seed + time));
            roundTrips.add((roundTrips(wires) - tripsBefore) / (double) transactions);
            bytes.add((nodes.walPosition() - positionBefore) / (double) transactions);
        }
        String problem = audit.problem(nodes);
        worker.closePools();
        nodes.quiet(); // A session reports its numbers at the latest when it ends.
        double all = FIRST + TIMES * transactions;
        return new Cost(
                work,
                worker.kind(),
                Spread.of(roundTrips).orElseThrow().median(),
                (nodes.flushes() - flushes) / all,
                Spread.of(bytes).orElseThrow().median(),
                problem);
    }

    private static long roundTrips(List<FaultProxy> wires) {
        return wires.stream().mapToLong(FaultProxy::roundTrips).sum();
    }
}
