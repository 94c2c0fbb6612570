package io.github.postgresxa.spring.metrics;

import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The meters {@code postgres.xa.*}.
 *
 * <p>It is a listener of the core, so it exists before the core does and asks for it only when meters are bound. Events until
 * then are counted, too: the branches that recovery finishes at start are the ones one wants to know of.
 */
public final class PostgresXaMetrics implements XaListener, MeterBinder {

    private final Supplier<PostgresXa> xa;
    private final TransactionMeters transactions = new TransactionMeters();
    private final RecoveryMeters recovery = new RecoveryMeters();

    /**
     * @param xa gives the core, as soon as meters are bound
     */
    public PostgresXaMetrics(Supplier<PostgresXa> xa) {
        this.xa = xa;
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        transactions.ended(outcome, commitTime);
    }

    @Override
    public void recovered(String node, TransactionId id, Outcome outcome) {
        recovery.finished(node, outcome);
    }

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        recovery.contradicted(node, decided);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        PostgresXa core = xa.get();
        transactions.bindTo(registry, core::activeTransactions);
        for (String node : core.nodeNames()) {
            recovery.bindTo(registry, node);
            new NodeMeters(node, core::nodes).bindTo(registry);
        }
    }
}
