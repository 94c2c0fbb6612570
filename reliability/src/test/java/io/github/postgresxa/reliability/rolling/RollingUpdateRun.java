package io.github.postgresxa.reliability.rolling;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.RecoverySettings;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.Audit;
import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.Bank;
import io.github.postgresxa.reliability.load.ClientLog;
import io.github.postgresxa.reliability.load.EarlierVersion;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.InstanceSlot;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.PostgresXaStack;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.PreparedTransaction;
import io.github.postgresxa.test.fault.MessageKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The update of one application: an instance of an earlier version and one of this version, both under load on the same
 * nodes.
 */
final class RollingUpdateRun implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Transfers that show that an instance makes progress. */
    private static final int PROGRESS = 100;

    private final long seed;
    private final Random random;
    private final Path directory;
    private final EarlierVersion version;
    private final List<PostgresNode> nodes;
    private final Bank bank;
    private final ClientLog log = new ClientLog();
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final long begun = System.nanoTime();
    private int kills;
    private int branches;

    RollingUpdateRun(long seed, List<PostgresNode> nodes, Path directory, EarlierVersion version) {
        this.seed = seed;
        this.random = new Random(seed);
        this.directory = directory;
        this.version = version;
        this.nodes = nodes;
        this.bank = Bank.open(nodes);
    }

    void run() throws Exception {
        tell("seed %d, from %s (%s)".formatted(seed, version.name(), version.commit()));
        InstanceSlot earlier = launch("earlier", version.classPath());
        earlier.begin();
        awaitProgress(earlier);
        Set<Long> before = schemaVersions();

        InstanceSlot present = launch("present", Application.presentClassPath());
        present.begin();
        awaitProgress(present, earlier);
        assertThat(schemaVersions()).as("seed %d: schema", seed).containsExactly((long) DecisionSchema.VERSION);
        tell("schema %s → %s".formatted(before, schemaVersions()));

        PostgresXa observer = observer();
        for (MessageKind moment : List.of(MessageKind.DECISION, MessageKind.COMMIT_PREPARED)) {
            kill(present, moment, earlier);
            kill(earlier, moment, present);
            audit(observer, present, earlier);
        }
        awaitForgetting(earlier, present);
        rest(earlier);
        earlier.close();
        awaitProgress(present);
        audit(observer, present);
        rest(present);
        Await.until(
                PostgresXaStack.RETENTION.plus(LIMIT),
                "every decision is deleted after its retention",
                () -> decisions() == 0);
        tell("""
                | %s, `%s` | %s | %d | %d | %d | %d | %d |""".formatted(
                        version.name(),
                        version.commit(),
                        before,
                        log.count("ok"),
                        log.count("fail"),
                        log.count("info") + log.unanswered(),
                        kills,
                        branches));
    }

    private InstanceSlot launch(String name, String classPath) {
        InstanceSlot slot = new InstanceSlot(name, classPath, directory, log, nodes, random.nextLong());
        closing.push(slot::close);
        return slot;
    }

    /** {@return an instance without recovery that is asked for outcomes; it would migrate the schema, too} */
    private PostgresXa observer() {
        Instance instance = new Instance(
                "observer",
                PostgresXaStack.Factory.class.getName(),
                directory,
                0,
                0,
                nodes.stream().map(NodeAddress::direct).toList());
        PostgresXa observer = PostgresXaStack.builder(instance)
                .recovery(new RecoverySettings(false, Duration.ofSeconds(1), Duration.ofSeconds(2)))
                .build();
        closing.push(observer::close);
        return observer;
    }

    /**
     * Kills an instance as it sends such a message, and waits until the other one, of the other version, has finished
     * every branch of it.
     */
    private void kill(InstanceSlot victim, MessageKind moment, InstanceSlot survivor) throws InterruptedException {
        String recovered = moment == MessageKind.DECISION ? "recovered ROLLED_BACK" : "recovered COMMITTED";
        String survivorName = survivor.application().name();
        Set<String> left = Set.of();
        while (left.isEmpty()) { // Another instance may finish the branch of a message that recovery sends.
            victim.startAnother();
            awaitProgress(victim, survivor);
            long recoveredBefore = log.countOf(survivorName, recovered);
            String name = victim.application().name();
            victim.killAt(moment, 1 + random.nextInt(10));
            long from = System.nanoTime();
            left = preparedBy(name);
            kills++;
            branches += left.size();
            Set<String> leftNow = left;
            Await.until(
                    LIMIT,
                    "%s settles what %s left".formatted(survivorName, name),
                    () -> Collections.disjoint(leftNow, prepared()));
            long millis = (System.nanoTime() - from) / 1_000_000;
            if (!left.isEmpty()) {
                Await.until(
                        LIMIT,
                        "%s says what it %s".formatted(survivorName, recovered),
                        () -> log.countOf(survivorName, recovered) > recoveredBefore);
            }
            tell("%s killed at %s, %d branches settled after %d ms".formatted(name, moment, left.size(), millis));
        }
        victim.startAnother();
        awaitProgress(victim, survivor);
    }

    private Set<String> prepared() {
        return nodes.stream()
                .flatMap(n -> n.preparedTransactions().stream())
                .map(PreparedTransaction::gid)
                .collect(Collectors.toSet());
    }

    private Set<String> preparedBy(String instance) {
        return prepared().stream()
                .filter(gid -> log.owner(gid.split("/")[2]).equals(instance))
                .collect(Collectors.toSet());
    }

    private void awaitProgress(InstanceSlot... slots) {
        for (InstanceSlot slot : slots) {
            String name = slot.application().name();
            long enough = log.countOf(name, "ok") + PROGRESS;
            Await.until(
                    LIMIT,
                    "seed %d: %s makes transfers; %s".formatted(seed, name, log.reasons()),
                    () -> log.countOf(name, "ok") >= enough);
        }
    }

    /** Both delete decisions of each other meanwhile. */
    private void awaitForgetting(InstanceSlot... slots) {
        Await.until(
                PostgresXaStack.RETENTION.plus(LIMIT),
                "decisions are deleted, which raises the marks",
                () -> nodes.stream()
                        .allMatch(n -> n.queryForLong("select count(*) from pgxa.node where mark is not null") == 1
                                && n.queryForLong("select count(*) from pgxa.participant") == nodes.size() - 1));
        awaitProgress(slots);
    }

    private void rest(InstanceSlot... slots) {
        for (InstanceSlot slot : slots) {
            slot.application().rest();
        }
        for (InstanceSlot slot : slots) {
            assertThat(slot.application().awaitRest(LIMIT))
                    .as("seed %d: %s comes to rest", seed, slot)
                    .isTrue();
        }
    }

    private void audit(PostgresXa observer, InstanceSlot... slots) {
        rest(slots);
        Await.within(LIMIT, () -> bank.prepared() == 0);
        Audit.Result result = Audit.take(bank, log, id -> observer.outcome(TransactionId.parse(id)));
        tell("ok %d, fail %d, info %d, unanswered %d; %s; %s"
                .formatted(
                        log.count("ok"),
                        log.count("fail"),
                        log.count("info"),
                        log.unanswered(),
                        result,
                        log.reasons()));
        assertThat(result.broken()).as("seed %d", seed).isEmpty();
        for (InstanceSlot slot : slots) {
            slot.application().work();
        }
    }

    private Set<Long> schemaVersions() {
        return nodes.stream()
                .map(n -> n.queryForLong("select version from pgxa.node"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private long decisions() {
        return nodes.stream()
                .mapToLong(n -> n.queryForLong("select count(*) from pgxa.decision"))
                .sum();
    }

    private void tell(String what) {
        System.err.printf("%7.1f s  %s%n", (System.nanoTime() - begun) / 1e9, what);
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
    }
}
