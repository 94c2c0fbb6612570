package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.DecisionSettings;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.reliability.load.Journal;
import io.github.postgresxa.reliability.load.NodeAddress;
import io.github.postgresxa.reliability.load.PostgresXaStack;
import jakarta.jms.JMSException;
import jakarta.jms.XAConnectionFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.transaction.xa.XAResource;
import org.apache.activemq.artemis.jms.client.ActiveMQXAConnectionFactory;

/** An application that serves orders until it is killed, or the test is gone. */
final class InstanceMain {

    /** The word of the journal when it begins to serve orders. */
    static final String READY = "ready";

    /** How recovery reaches a broker that is down for a while. */
    private static final String PATIENT = "?reconnectAttempts=-1&initialConnectAttempts=-1";

    /** Longer than any stall of the machine: a session consumes for good when its transaction has timed out. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final long BETWEEN_ATTEMPTS_MILLIS = 300;

    private InstanceMain() {}

    /**
     * Runs until it is killed. Each line of its input sets a crash point: the occurrence, whether the thread halts, and
     * the step.
     *
     * @param args a {@link MixedInstance}
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        Journal journal = new Journal(out);
        Steps steps = new Steps(journal);
        Thread input = new Thread(() -> obey(steps), "input");
        input.setDaemon(true);
        input.start();
        MixedInstance instance = MixedInstance.parse(args);
        PostgresXa xa = nodes(instance, steps);
        try (ActiveMQXAConnectionFactory toRecover = new ActiveMQXAConnectionFactory(instance.broker() + PATIENT);
                // Each receipt asks the broker: nothing waits in the client's buffer.
                ActiveMQXAConnectionFactory toWork =
                        new ActiveMQXAConnectionFactory(instance.broker() + "?consumerWindowSize=0")) {
            BrokerRecovery.register(instance.manager(), BrokerResource.recovered(connect(toRecover), steps));
            journal.note(READY);
            new OrderService(
                            xa,
                            toWork,
                            instance.nodes().stream().map(NodeAddress::name).toList(),
                            steps,
                            journal)
                    .serve();
        }
    }

    /** The connection lives as long as the process. A broker that is just starting refuses it. */
    private static XAResource connect(XAConnectionFactory broker) throws InterruptedException {
        while (true) {
            try {
                return broker.createXAConnection().createXASession().getXAResource();
            } catch (JMSException e) {
                TimeUnit.MILLISECONDS.sleep(BETWEEN_ATTEMPTS_MILLIS);
            }
        }
    }

    private static PostgresXa nodes(MixedInstance instance, Steps steps) {
        PostgresXa.Builder builder = PostgresXa.builder()
                .name(instance.name())
                .transactionManager(instance.manager())
                .decision(new DecisionSettings("pgxa", true, PostgresXaStack.RETENTION, false))
                .transactionTimeout(TIMEOUT)
                .listener(steps);
        instance.nodes().forEach(n -> builder.node(n.name(), n.url(), n.username(), n.password()));
        return builder.build();
    }

    private static void obey(Steps steps) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                String[] part = line.split(" ", 3);
                steps.crashAt(new CrashPoint(part[2], Boolean.parseBoolean(part[1])), Integer.parseInt(part[0]));
                line = in.readLine();
            }
        } catch (IOException e) {
            // The test is gone, as at the end of its lines.
        }
        Runtime.getRuntime().halt(0);
    }
}
