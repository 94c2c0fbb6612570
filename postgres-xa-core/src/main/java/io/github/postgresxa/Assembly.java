package io.github.postgresxa;

import io.github.postgresxa.datasource.NodeDataSource;
import io.github.postgresxa.decision.DecisionLog;
import io.github.postgresxa.decision.DecisionSchema;
import io.github.postgresxa.log.LostLog;
import io.github.postgresxa.manager.EmbeddedManager;
import io.github.postgresxa.manager.JtaManager;
import io.github.postgresxa.manager.PunctualManager;
import io.github.postgresxa.node.Claim;
import io.github.postgresxa.node.Connector;
import io.github.postgresxa.node.Dispatch;
import io.github.postgresxa.node.MonotonicClock;
import io.github.postgresxa.node.Node;
import io.github.postgresxa.node.ReadYourWrites;
import io.github.postgresxa.operations.Operations;
import io.github.postgresxa.recovery.Recovery;
import io.github.postgresxa.transaction.ReasoningManager;
import io.github.postgresxa.transaction.TransactionRunner;
import io.github.postgresxa.transaction.Transactions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one running instance, put together and started. A start that fails leaves nothing behind.
 *
 * @param threads for everything that waits for a node
 * @param start ends when all nodes have been visited
 * @param recovery finishes what others began
 * @param manager the JTA transaction manager
 * @param transactions the transactions of this process
 * @param reasoning the manager as applications use it
 * @param runner runs work of the application in a transaction
 * @param dataSources by the names of their nodes, in the order of the configuration
 * @param operations what an operator can see and do
 */
record Assembly(
        Threads threads,
        StartUp start,
        Recovery recovery,
        JtaManager manager,
        Transactions transactions,
        ReasoningManager reasoning,
        TransactionRunner runner,
        Map<String, NodeDataSource> dataSources,
        Operations operations) {

    private static final Duration SECOND = Duration.ofSeconds(1);

    static Assembly start(PostgresXaSettings settings) {
        LostLog.report();
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return start(settings, opened);
        } catch (Throwable e) {
            opened.forEach(o -> close(o, e));
            throw e;
        }
    }

    private static Assembly start(PostgresXaSettings settings, Deque<AutoCloseable> opened) {
        Threads threads = settings.threads.get();
        opened.push(threads);
        XaListener listener = new CompositeListener(List.copyOf(settings.listeners));
        List<Node> nodes =
                settings.nodes.stream().map(n -> node(n, settings, listener)).toList();
        DecisionSchema schema = new DecisionSchema(settings.decision);
        DecisionLog decisions = new DecisionLog(settings.decision.schema(), settings.name);
        Recovery recovery = new Recovery(
                nodes,
                schema,
                decisions,
                settings.decision,
                settings.recovery,
                listener,
                threads.workers(),
                threads.timer());
        opened.push(recovery);
        StartUp start = StartUp.begin(settings, nodes, schema, recovery, threads);
        opened.push(start::close);
        recovery.preferForManagers(settings.home());
        JtaManager external = settings.external();
        JtaManager manager = external == null
                ? EmbeddedManager.open(settings.manager, settings.defaultTimeout(), recovery)
                : external;
        opened.push(manager::close);
        manager.tasks().forEach(task -> repeat(task, threads));
        PunctualManager punctual = new PunctualManager(manager);
        Transactions transactions = new Transactions(
                manager.transactionManager(),
                manager.registry(),
                decisions,
                settings.decision,
                settings.homeChoice(),
                settings.commit.acknowledge(),
                threads.workers(),
                threads.timer(),
                punctual::limit,
                manager.hints(),
                recovery::wake,
                recovery::acknowledged,
                listener);
        Map<String, NodeDataSource> dataSources = new LinkedHashMap<>();
        for (Node node : nodes) {
            NodeDataSource source = new NodeDataSource(
                    node,
                    transactions,
                    schema,
                    recovery::twin,
                    settings.characteristics,
                    threads.workers(),
                    threads.timer(),
                    start::awaitForWork);
            opened.push(source.pool()::close);
            dataSources.put(node.name(), source);
        }
        ReasoningManager reasoning = new ReasoningManager(punctual, punctual::begin, transactions);
        Assembly whole = new Assembly(
                threads,
                start,
                recovery,
                manager,
                transactions,
                reasoning,
                new TransactionRunner(reasoning, transactions),
                Collections.unmodifiableMap(dataSources),
                Operations.on(settings.nodes, settings.decision, settings.name, threads.workers()));
        if (settings.inBackground) {
            start.inBackground(manager.title());
        } else {
            start.here(manager.title());
        }
        return whole;
    }

    private static void repeat(JtaManager.Task task, Threads threads) {
        Claim claim = Claim.on(ConcurrentHashMap.newKeySet(), task);
        threads.timer().repeat(SECOND, SECOND, () -> {
            if (task.isDue().getAsBoolean()) {
                Dispatch.once(threads.workers(), claim, task.work());
            }
        });
    }

    private static Node node(NodeSettings node, PostgresXaSettings settings, XaListener listener) {
        return new Node(
                node,
                "postgres-xa " + settings.name,
                Connector.DRIVER,
                new ReadYourWrites(
                        settings.commit.readYourWrites(),
                        MonotonicClock.SYSTEM,
                        id -> listener.noLongerAwaited(id, node.name())));
    }

    private static void close(AutoCloseable opened, Throwable reason) {
        try {
            opened.close();
        } catch (Exception | Error e) {
            reason.addSuppressed(e);
        }
    }

    /** Closes everything, also if closing a part fails. The servers roll back the rest, or recovery finishes it. */
    void close() {
        List<Runnable> parts = new ArrayList<>(List.of(start::close, recovery::close, manager::close));
        dataSources.values().forEach(d -> parts.add(d.pool()::close));
        parts.add(threads::close);
        Throwable failure = null;
        for (Runnable part : parts) {
            try {
                part.run();
            } catch (RuntimeException | Error e) {
                failure = first(failure, e);
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IllegalStateException("a part could not be closed; the others are: " + failure, failure);
        }
    }

    private static Throwable first(@Nullable Throwable failure, Throwable later) {
        if (failure == null) {
            return later;
        }
        failure.addSuppressed(later);
        return failure;
    }
}
