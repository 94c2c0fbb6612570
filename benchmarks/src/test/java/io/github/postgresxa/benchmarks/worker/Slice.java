package io.github.postgresxa.benchmarks.worker;

import io.github.postgresxa.benchmarks.contender.Contender;
import io.github.postgresxa.benchmarks.processor.Usage;
import io.github.postgresxa.benchmarks.work.Mix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Clients that all work at the same time, for a while. Work before and after the measured time is not counted, but
 * must be right as well.
 */
final class Slice {

    private static final int AT_WORK = 8;
    private static final Duration LONGEST_RUN_IN = Duration.ofSeconds(30);

    private enum Stage {
        RUN_IN,
        MEASURED,
        OVER
    }

    private final Contender contender;
    private final List<Client> clients = new ArrayList<>();
    private final List<Long> postmasters;
    private volatile Stage stage = Stage.RUN_IN;

    /**
     * Creates the clients.
     *
     * @param postmasters the servers' first processes, whose use is counted, too
     */
    Slice(Contender contender, Mix mix, int clients, List<Long> postmasters, long seed) {
        this.postmasters = List.copyOf(postmasters);
        this.contender = contender;
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < clients; i++) {
            this.clients.add(new Client(contender, mix, seeds.nextLong()));
        }
    }

    Figures run(Duration runIn, Duration measured) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Client client : clients) {
            Thread thread = new Thread(
                    () -> client.work(() -> stage != Stage.OVER, () -> stage == Stage.MEASURED),
                    "client-" + threads.size());
            thread.start();
            threads.add(thread);
        }
        Thread.sleep(runIn.toMillis());
        untilEveryClientIsAtWork(threads);
        Meter begin = Meter.read(postmasters);
        long began = System.nanoTime();
        stage = Stage.MEASURED;
        Thread.sleep(measured.toMillis());
        long ended = System.nanoTime();
        stage = Stage.OVER;
        Meter end = Meter.read(postmasters);
        for (Thread thread : threads) {
            thread.join();
        }
        contender.settle();
        return figures(ended - began, begin, end);
    }

    /** The driver prepares a statement on the server at its fifth use. */
    private void untilEveryClientIsAtWork(List<Thread> threads) throws InterruptedException {
        long limit = System.nanoTime() + LONGEST_RUN_IN.toNanos();
        for (int i = 0; i < threads.size(); i++) {
            while (clients.get(i).done() < AT_WORK && threads.get(i).isAlive() && System.nanoTime() < limit) {
                Thread.sleep(5);
            }
        }
    }

    /** Runs a number of transactions of a single client, for counting. */
    Figures count(int transactions) {
        Client only = clients.get(0);
        int[] left = {transactions};
        Meter begin = Meter.read(postmasters);
        long began = System.nanoTime();
        only.work(() -> left[0]-- > 0, () -> true);
        contender.settle();
        return figures(System.nanoTime() - began, begin, Meter.read(postmasters));
    }

    private Figures figures(long elapsed, Meter begin, Meter end) {
        long[] whole = Samples.sorted(clients.stream().map(Client::whole).toList());
        long[] commits = Samples.sorted(clients.stream().map(Client::commits).toList());
        long[] added = new long[clients.get(0).added().length];
        for (Client client : clients) {
            for (int node = 0; node < added.length; node++) {
                added[node] += client.added()[node];
            }
        }
        Usage servers = end.servers().since(begin.servers());
        return new Figures(
                elapsed,
                whole.length,
                clients.stream().mapToLong(Client::errors).sum(),
                clients.stream()
                        .map(Client::problem)
                        .filter(p -> !p.isEmpty())
                        .findFirst()
                        .orElse(""),
                Samples.quantile(whole, 0.5),
                Samples.quantile(whole, 0.99),
                Samples.quantile(commits, 0.5),
                Samples.quantile(commits, 0.99),
                end.cpu() - begin.cpu(),
                end.allocatedSince(begin),
                end.switches() - begin.switches(),
                servers.nanos(),
                servers.switches(),
                end.roundTrips() - begin.roundTrips(),
                clients.stream().mapToLong(Client::done).sum(),
                added);
    }
}
