package io.github.postgresxa.reliability.peers;

import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.Audit;
import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.Bank;
import io.github.postgresxa.reliability.load.ClientLog;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A minute of load in which instances and nodes are killed. Both come back under their names, with their disks. */
final class KillRun {

    private static final Duration REST = Duration.ofSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(90);

    private final Peer peer;
    private final Bank bank;
    private final Path directory;
    private final Random random;
    private final ClientLog log = new ClientLog();

    KillRun(Peer peer, List<PostgresNode> nodes, Path directory, long seed) {
        this.peer = peer;
        this.bank = Bank.open(nodes);
        this.directory = directory;
        this.random = new Random(seed);
    }

    String run(Duration time) throws Exception {
        List<Application> applications = new ArrayList<>(List.of(launch("first"), launch("second")));
        try {
            applications.forEach(a -> a.awaitReady().work());
            long end = System.nanoTime() + time.toNanos();
            for (int strike = 0; System.nanoTime() < end; strike++) {
                TimeUnit.MILLISECONDS.sleep(1_500 + random.nextInt(3_000)); // the pace of accidents
                if (strike % 3 < 2) {
                    int which = random.nextInt(2);
                    Application killed = applications.get(which);
                    killed.kill();
                    killed.awaitLastWords();
                    applications.set(which, launch(killed.name()).awaitReady());
                    applications.get(which).work();
                } else {
                    PostgresNode node =
                            bank.nodes().get(random.nextInt(bank.nodes().size()));
                    node.kill();
                    TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_000)); // how long it is down
                    node.start();
                }
            }
            return verdict(applications);
        } finally {
            applications.forEach(Application::close);
        }
    }

    private Application launch(String name) {
        Instance instance = new Instance(
                name,
                peer.factory(),
                directory,
                6,
                random.nextLong(),
                bank.nodes().stream().map(NodeAddress::direct).toList());
        return Application.launch(instance, directory.resolve(name + ".log"), log);
    }

    private String verdict(List<Application> applications) {
        applications.forEach(Application::rest);
        String hanging = "";
        for (Application application : applications) {
            if (!application.awaitRest(REST)) {
                hanging = "; **clients of %s hang**".formatted(application.name());
            }
        }
        long from = System.nanoTime();
        boolean settled = Await.within(SETTLE, () -> bank.prepared() == 0);
        long seconds = (System.nanoTime() - from) / 1_000_000_000;
        Audit.Result result = Audit.take(bank, log, null);
        result.broken().forEach(b -> System.err.println(peer + ": " + b));
        log.reasons().stream().limit(12).forEach(r -> System.err.println(peer + ": " + r));
        long wrongAudits = log.audits().entrySet().stream()
                .filter(e -> e.getKey() != bank.total())
                .mapToLong(e -> e.getValue())
                .sum();
        long allAudits = log.audits().values().stream().mapToLong(n -> n).sum();
        return ("%d done, %d not done, %d unknown: %s lost, %s ghosts, %s partial, %s; audits that saw a wrong "
                        + "total: %s of %d%s")
                .formatted(
                        log.count("ok"),
                        log.count("fail"),
                        log.count("info") + log.unanswered(),
                        bold(result.lost()),
                        bold(result.ghosts()),
                        bold(result.partial()),
                        settled
                                ? "nothing prepared %d s after the last transaction".formatted(seconds)
                                : "**%d left prepared** after 90 s".formatted(result.prepared()),
                        bold(wrongAudits),
                        allAudits,
                        hanging);
    }

    private static String bold(long count) {
        return count == 0 ? "0" : "**" + count + "**";
    }
}
