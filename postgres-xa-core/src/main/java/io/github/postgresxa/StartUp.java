package io.github.postgresxa;

import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.log.LogMessages;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.recovery.Recovery;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a start that waits for the nodes: all are visited, what they answered is checked, and recovery begins.
 * Meanwhile the rest of the start goes on, and with {@link #inBackground} the application's own start as well. No
 * connection is given to the application before it has ended.
 */
final class StartUp {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresXa.class);

    /** The application's migrations may run after this object exists, because they need its data sources. */
    private static final Duration SCHEMA_PATIENCE = Duration.ofMinutes(1);

    private final PostgresXaSettings settings;
    private final List<Node> nodes;
    private final DecisionSchema schema;
    private final Recovery recovery;
    private final Threads threads;
    private final CompletableFuture<Void> scanned;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;

    private StartUp(
            PostgresXaSettings settings, List<Node> nodes, DecisionSchema schema, Recovery recovery, Threads threads) {
        this.settings = settings;
        this.nodes = nodes;
        this.schema = schema;
        this.recovery = recovery;
        this.threads = threads;
        this.scanned = recovery.scanAll();
    }

    /** {@return a start whose nodes are being visited} */
    static StartUp begin(
            PostgresXaSettings settings, List<Node> nodes, DecisionSchema schema, Recovery recovery, Threads threads) {
        return new StartUp(settings, nodes, schema, recovery, threads);
    }

    /**
     * Waits for the nodes and ends the start on the calling thread.
     *
     * @param manager how the log calls the transaction manager
     * @throws InvalidConfigurationException if a server breaks the guarantees
     */
    void here(String manager) {
        scanned.join();
        end(manager);
        ended.complete(null);
    }

    /** Ends the start when the nodes have answered, on the thread on which the last one did. */
    void inBackground(String manager) {
        scanned.whenComplete((visited, failure) -> {
            try {
                if (failure == null) {
                    end(manager);
                    ended.complete(null);
                } else {
                    ended.completeExceptionally(failure);
                }
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
    }

    /**
     * Waits until the start has ended.
     *
     * @throws InvalidConfigurationException if a server breaks the guarantees
     */
    void await() {
        Throwable failure = failure();
        if (failure instanceof InvalidConfigurationException refused) {
            throw refused;
        }
        if (failure != null) {
            throw new IllegalStateException("postgres-xa did not start: " + failure.getMessage(), failure);
        }
    }

    /**
     * Waits until the start has ended, for work.
     *
     * @throws SQLException if it failed
     */
    void awaitForWork() throws SQLException {
        if (ended.isDone() && !ended.isCompletedExceptionally()) {
            return;
        }
        Throwable failure = failure();
        if (failure != null) {
            throw new SQLException("postgres-xa did not start: " + failure.getMessage(), "08001", failure);
        }
    }

    private @Nullable Throwable failure() {
        try {
            ended.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    /** Does not let what still runs begin anything. */
    void close() {
        closed = true;
        ended.completeExceptionally(new IllegalStateException("it was closed before all nodes had been visited"));
    }

    private void end(String manager) {
        if (closed) {
            return;
        }
        checkServers();
        recovery.start();
        LOG.info(
                LogMessages.STARTED,
                settings.name,
                StartReport.of(
                        nodes.stream().map(Node::place).toList(),
                        recovery.status(),
                        settings.decision.schema(),
                        schema::replacedVersion),
                manager);
    }

    private void checkServers() {
        StartChecks.servers(settings.nodes, recovery.status());
        settings.nodes.stream()
                .filter(StartChecks::exposed)
                .forEach(n -> LOG.warn(LogMessages.NOT_ENCRYPTED, n.name()));
        List<String> awaited = settings.decision.initializeSchema() ? List.of() : recovery.withoutSchema();
        warnOfAbsent(status -> !awaited.contains(status.name()));
        if (!awaited.isEmpty()) {
            LOG.info(LogMessages.SCHEMA_AWAITED, awaited);
            Dispatch.later(
                    threads.timer(),
                    SCHEMA_PATIENCE,
                    () -> warnOfAbsent(status -> recovery.withoutSchema().contains(status.name())));
        }
    }

    private void warnOfAbsent(Predicate<NodeStatus> which) {
        recovery.status().stream()
                .filter(s -> !s.reachable())
                .filter(which)
                .forEach(s -> LOG.warn(LogMessages.NOT_YET, s.name(), s.problem()));
    }
}
