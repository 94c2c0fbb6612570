package io.github.postgresxa.metrics;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Registers the meters {@code postgres.xa.*}.
 *
 * <p>It is a listener of the core, so it exists before the core does and gets it only when meters are bound. Earlier
 * events are counted, too, such as the branches that recovery finishes at start.
 */
public final class PostgresXaMetrics implements XaListener, MeterBinder {

    private final Supplier<PostgresXa> xa;
    private final TransactionMeters transactions;
    private final BranchMeters branches = new BranchMeters();
    private final StepMeters steps = new StepMeters();
    private final RecoveryMeters recovery = new RecoveryMeters();
    private final AcknowledgeMeters acknowledge = new AcknowledgeMeters();

    /**
     * Creates meters without names of transactions.
     *
     * @param xa supplies the core, when meters are bound
     */
    public PostgresXaMetrics(Supplier<PostgresXa> xa) {
        this(xa, 0, () -> null);
    }

    /**
     * Creates meters.
     *
     * @param xa supplies the core, when meters are bound
     * @param transactionNames the maximum number of transaction names in a tag of the timer {@code postgres.xa.commit};
     *     0 for no such tag
     * @param currentName supplies the framework's name of the calling thread's transaction
     */
    public PostgresXaMetrics(Supplier<PostgresXa> xa, int transactionNames, Supplier<@Nullable String> currentName) {
        this.xa = xa;
        this.transactions = new TransactionMeters(new TransactionNames(transactionNames, currentName));
    }

    @Override
    public void began(TransactionId id) {
        transactions.began(id);
    }

    @Override
    public void roleAssigned(TransactionId id, String node, BranchRole role) {
        branches.roleAssigned(node, role);
    }

    @Override
    public void stepBegins(TransactionId id, CommitStep step, String node) {
        steps.begins();
    }

    @Override
    public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
        steps.ended(step, node, done);
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        transactions.ended(id, outcome, commitTime);
    }

    @Override
    public void acknowledged(TransactionId id) {
        acknowledge.acknowledged();
    }

    @Override
    public void carriedOut(TransactionId id, boolean everywhere, Duration after) {
        acknowledge.carriedOut(everywhere, after);
    }

    @Override
    public void noLongerAwaited(TransactionId id, String node) {
        acknowledge.noLongerAwaited(node);
    }

    @Override
    public void fenced(TransactionId id, String home) {
        recovery.fenced(home);
    }

    @Override
    public void recovered(TransactionId id, String node, Outcome outcome) {
        recovery.finished(node, outcome);
    }

    @Override
    public void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {
        recovery.contradicted(node, decided);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        PostgresXa core = xa.get();
        transactions.bindTo(registry, core::activeTransactionCount);
        acknowledge.bindTo(registry);
        for (String node : core.nodeNames()) {
            recovery.bindTo(registry, node);
            acknowledge.bindTo(registry, node);
            branches.bindTo(registry, node);
            steps.bindTo(registry, node);
            new NodeMeters(node, core::nodes).bindTo(registry);
            new InDoubtMeters(node, core::inDoubt).bindTo(registry);
            new StatisticsMeters(node, core::statistics).bindTo(registry);
            new PoolMeters(node, () -> core.pool(node)).bindTo(registry);
        }
    }
}
