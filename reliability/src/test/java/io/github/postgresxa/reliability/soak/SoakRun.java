package io.github.postgresxa.reliability.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.Audit;
import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.Bank;
import io.github.postgresxa.reliability.load.ClientLog;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.InstanceSlot;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.PostgresXaStack;
import io.github.postgresxa.test.PostgresNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Two instances over three nodes, random faults, and repeated audits. */
final class SoakRun implements AutoCloseable {

    private static final Duration REST_LIMIT = Duration.ofSeconds(60);

    private final long seed;
    private final Random random;
    private final Bank bank;
    private final ClientLog log = new ClientLog();
    private final List<InstanceSlot> places;
    private final Nemesis troublemaker;
    private final PostgresXa observer;
    private final List<String> story = new ArrayList<>();
    private final long begun = System.nanoTime();
    private int audits;
    private Duration longestSettling = Duration.ZERO;
    private long mostDecisions;

    /** Launches two instances, the first one from this class path: of this version, or of an earlier one. */
    SoakRun(long seed, List<PostgresNode> nodes, Path directory, String firstClassPath) {
        this.seed = seed;
        this.random = new Random(seed);
        this.bank = Bank.open(nodes);
        nodes.forEach(n -> n.execute("begin; create table foreign_to_us (); prepare transaction 'foreign to us'"));
        this.places = List.of(
                new InstanceSlot("a", firstClassPath, directory, log, nodes, random.nextLong()),
                new InstanceSlot("b", Application.presentClassPath(), directory, log, nodes, random.nextLong()));
        this.troublemaker = new Nemesis(random.nextLong(), nodes, places);
        this.observer = PostgresXaStack.builder(new Instance(
                        "observer",
                        PostgresXaStack.class.getName(),
                        directory,
                        0,
                        0,
                        nodes.stream().map(NodeAddress::direct).toList()))
                .recovery(new RecoverySettings(false, Duration.ofSeconds(1), Duration.ofSeconds(2)))
                .build();
    }

    /** Causes faults one after the other, with an audit after each stretch, until the time is over. */
    void run(Duration time, Duration stretch) throws Exception {
        tell("seed " + seed);
        places.forEach(InstanceSlot::begin);
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long rest = System.nanoTime() + stretch.toNanos();
            while (System.nanoTime() < Math.min(rest, end)) {
                tell(troublemaker.strike());
                TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(3_000)); // the pace of faults, not a wait for anything
            }
            audit();
            places.forEach(p -> p.application().work());
        }
        places.forEach(p -> p.application().rest());
    }

    private void audit() throws Exception {
        tell("healing everything");
        troublemaker.healAll();
        long from = System.nanoTime();
        places.forEach(p -> p.application().rest());
        for (InstanceSlot place : places) {
            Application application = place.application();
            assertThat(application.awaitRest(REST_LIMIT))
                    .as("seed %d: the clients of %s come to rest", seed, application.name())
                    .isTrue();
        }
        long resting = System.nanoTime();
        Await.within(REST_LIMIT, this::settled);
        Duration settling = Duration.ofNanos(System.nanoTime() - resting);
        longestSettling = settling.compareTo(longestSettling) > 0 ? settling : longestSettling;
        mostDecisions = Math.max(mostDecisions, decisions(Duration.ZERO));
        Audit.Result result = Audit.take(bank, log, this::status);
        audits++;
        tell("audit %d: at rest after %d ms, settled after %d ms; %s; %s"
                .formatted(audits, (resting - from) / 1_000_000, settling.toMillis(), figures(), result));
        assertThat(result.broken()).as("seed %d, audit %d", seed, audits).isEmpty();
        for (PostgresNode node : bank.nodes()) {
            assertThat(node.queryForLong("select count(*) from pg_prepared_xacts where gid = 'foreign to us'"))
                    .as("seed %d: what is foreign stays on %s", seed, node.name())
                    .isEqualTo(1);
        }
    }

    private boolean settled() {
        return bank.prepared() == 0
                && bank.nodes().stream()
                        .allMatch(n ->
                                n.queryForLong("select count(*) from pg_stat_activity where backend_xid is not null")
                                        == 0);
    }

    private Outcome status(String name) {
        return observer.outcome(TransactionId.parse(name));
    }

    private long decisions(Duration age) {
        return bank.nodes().stream()
                .mapToLong(n -> n.queryForLong(
                        "select count(*) from pgxa.decision where decided_at < now() - interval '%d seconds'"
                                .formatted(age.toSeconds())))
                .sum();
    }

    /** At the end, without load: decisions are deleted once they are old enough, and no index is damaged. */
    void checkWhatStays() {
        endForeign(); // Rows A wait for every transaction that ran when they were written, and this one never ends.
        Duration old = PostgresXaStack.RETENTION.plusSeconds(10);
        Await.until(
                PostgresXaStack.RETENTION.plusSeconds(60),
                "I10: every decision is deleted after its retention",
                () -> decisions(old) == 0 && decisions(Duration.ZERO) == 0);
        for (PostgresNode node : bank.nodes()) {
            node.execute("create extension amcheck");
            // I13: the function throws if an index is damaged.
            node.queryForLong(
                    "select count(bt_index_check(c.oid, true)) from pg_class c join pg_am a on a.oid = c.relam"
                            + " where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p'");
        }
    }

    private String figures() {
        return "ok %d, fail %d, info %d, unanswered %d, retries %d, audits in a transaction %s, recovered C %d / A %d"
                .formatted(
                        log.count("ok"),
                        log.count("fail"),
                        log.count("info"),
                        log.unanswered(),
                        log.retries(),
                        log.audits(),
                        log.count("recovered COMMITTED"),
                        log.count("recovered ROLLED_BACK"));
    }

    private void tell(String what) {
        String line = "%7.1f s  %s".formatted((System.nanoTime() - begun) / 1e9, what);
        story.add(line);
        System.err.println(line);
    }

    long seed() {
        return seed;
    }

    Map<NemesisFault, Integer> struck() {
        return troublemaker.struck();
    }

    ClientLog log() {
        return log;
    }

    int audits() {
        return audits;
    }

    Duration longestSettling() {
        return longestSettling;
    }

    long mostDecisions() {
        return mostDecisions;
    }

    @Override
    public void close() {
        troublemaker.close();
        places.forEach(InstanceSlot::close);
        observer.close();
        bank.nodes().forEach(n -> {
            n.resume();
            n.start();
        });
        endForeign();
    }

    private void endForeign() {
        for (PostgresNode node : bank.nodes()) {
            if (node.queryForLong("select count(*) from pg_prepared_xacts where gid = 'foreign to us'") == 1) {
                node.execute("rollback prepared 'foreign to us'");
            }
        }
    }
}
