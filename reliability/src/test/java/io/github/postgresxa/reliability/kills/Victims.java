package io.github.postgresxa.reliability.kills;

import io.github.postgresxa.reliability.load.Application;
import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.reliability.load.ClientLog;
import io.github.postgresxa.reliability.load.Instance;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.PostgresXaStack;
import io.github.postgresxa.test.PostgresNode;
import io.github.postgresxa.test.fault.Fault;
import io.github.postgresxa.test.fault.FaultPlan;
import io.github.postgresxa.test.fault.FaultPoint;
import io.github.postgresxa.test.fault.FaultProxy;
import io.github.postgresxa.test.fault.MessageKind;
import io.github.postgresxa.test.fault.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Instances that are started to be killed in the middle of a commit. */
final class Victims implements AutoCloseable {

    private static final int CLIENTS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path directory;
    private final ClientLog log;
    private final Random random;
    private final FaultPlan plan = new FaultPlan();
    private final List<FaultProxy> links;
    private int number;

    Victims(Path directory, ClientLog log, List<PostgresNode> nodes, Random random) {
        this.directory = directory;
        this.log = log;
        this.random = random;
        this.links = nodes.stream().map(n -> FaultProxy.before(n, plan)).toList();
    }

    /** The moment of the kill. */
    enum Moment {
        ANY("any moment at which something is prepared"),
        UNDECIDED("everything prepared, the decision not sent"),
        DECIDED("decided, `COMMIT PREPARED` not sent");

        private final String text;

        Moment(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /** {@return the nano time at which the next victim, in the middle of its work, got its SIGKILL} */
    long killOne(Moment moment, Prepared prepared) throws InterruptedException {
        try (Application victim = launch()) {
            victim.awaitReady().work();
            TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(700)); // the moment of the kill
            AtomicLong killed = new AtomicLong();
            Runnable kill = () -> {
                killed.set(System.nanoTime());
                victim.kill();
            };
            switch (moment) {
                case ANY -> {
                    Await.until(
                            LIMIT,
                            "something is prepared",
                            () -> prepared.anyOf(
                                    gid -> log.owner(gid.split("/")[2]).startsWith("victim")));
                    kill.run();
                }
                case UNDECIDED -> killAt(MessageKind.DECISION, kill);
                case DECIDED -> killAt(MessageKind.COMMIT_PREPARED, kill);
            }
            victim.awaitLastWords();
            return killed.get();
        } finally {
            plan.clear();
        }
    }

    private Application launch() {
        Instance instance = new Instance(
                "victim" + ++number,
                PostgresXaStack.Factory.class.getName(),
                directory,
                CLIENTS,
                random.nextLong(),
                links.stream().map(l -> NodeAddress.through(l.node(), l.port())).toList());
        return Application.launch(instance, directory.resolve("victims.log"), log);
    }

    /** The message that it was about to send dies with it. */
    private void killAt(MessageKind message, Runnable kill) throws InterruptedException {
        FaultPoint at = plan.at(message).nth(1 + random.nextInt(5));
        Fault fault = at.call(Position.BEFORE_FORWARDING, kill);
        at.loseRequest();
        fault.awaitFired(LIMIT);
    }

    /** Kills an instance that is about to decide at this node. */
    void killAtDecision(String home) throws InterruptedException {
        try (Application victim = launch()) {
            victim.awaitReady();
            FaultPoint at = plan.at(MessageKind.DECISION.on(home));
            Fault fault = at.call(Position.BEFORE_FORWARDING, victim::kill);
            at.loseRequest();
            victim.work();
            fault.awaitFired(LIMIT);
            victim.awaitLastWords();
        }
    }

    @Override
    public void close() {
        links.forEach(FaultProxy::close);
    }
}
