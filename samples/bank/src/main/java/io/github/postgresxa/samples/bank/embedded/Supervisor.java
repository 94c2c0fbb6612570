package io.github.postgresxa.samples.bank.embedded;

import io.github.postgresxa.test.PostgresNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a server again some seconds after it died, as an operator of real servers would. */
final class Supervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    /** A start in progress has this long to complete before the servers are stopped. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final List<PostgresNode> nodes;
    private final Map<PostgresNode, Long> deadSince = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        var daemon = new Thread(work, "bank-supervisor");
        daemon.setDaemon(true);
        return daemon;
    });

    Supervisor(List<PostgresNode> nodes) {
        this.nodes = nodes;
        thread.scheduleWithFixedDelay(
                () -> this.nodes.forEach(this::look), INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(PostgresNode node) {
        try {
            if (node.isRunning()) {
                deadSince.remove(node);
            } else if (!deadSince.containsKey(node)) {
                LOG.warn("{} has died and is started again in {} s", node, PAUSE.toSeconds());
                deadSince.put(node, System.nanoTime());
            } else if (System.nanoTime() - deadSince.get(node) >= PAUSE.toNanos()) {
                node.start();
                LOG.info("{} runs again", node);
            }
        } catch (RuntimeException e) {
            LOG.warn("{} could not be started again, next attempt in {} s", node, PAUSE.toSeconds(), e);
            deadSince.put(node, System.nanoTime());
        }
    }

    /** Stops watching. A start is not interrupted, because half a start would leave a server that nothing stops. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("A server is still being started and may be left running; the next start takes it over");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
