package io.github.postgresxa.spring.observation;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.HomeReason;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates one observation for each global transaction, and below it one for each step on each node.
 *
 * <p>The parent of the transaction is the current observation of the application's thread when it uses its first node.
 * The transaction never becomes the current observation of the application: it may end after the one that is current
 * now, so scopes would close in the wrong order. Steps get their parent explicitly, because they often run on threads
 * without a current observation. A step that no handler of the registry shows is not observed.
 */
public final class PostgresXaObservations implements XaListener {

    private static final int LIMIT = 10_000;
    private static final TransactionObservationConvention OF_TRANSACTIONS =
            new DefaultTransactionObservationConvention();
    private static final StepObservationConvention OF_STEPS = new DefaultStepObservationConvention();

    private static final Observation.Event ACKNOWLEDGED = Observation.Event.of("acknowledged");

    private final ObservationRegistry registry;
    private final @Nullable TransactionObservationConvention transactions;
    private final @Nullable StepObservationConvention steps;
    private final Supplier<@Nullable String> currentName;
    private final boolean metersOfSteps;
    private final OpenObservations underWay;

    /** The running step. It ends on the thread on which it began, and there is no step within a step. */
    private final ThreadLocal<Observation> currentStep = new ThreadLocal<>();

    /**
     * Creates a listener that observes every step.
     *
     * @param registry receives the observations
     * @param transactions describes transactions; null for the default
     * @param steps describes steps; null for the default
     * @param currentName supplies Spring's name of the calling thread's transaction
     */
    public PostgresXaObservations(
            ObservationRegistry registry,
            @Nullable TransactionObservationConvention transactions,
            @Nullable StepObservationConvention steps,
            Supplier<@Nullable String> currentName) {
        this(registry, transactions, steps, currentName, true);
    }

    /**
     * Creates a listener.
     *
     * @param registry receives the observations
     * @param transactions describes transactions; null for the default
     * @param steps describes steps; null for the default
     * @param currentName supplies Spring's name of the calling thread's transaction
     * @param metersOfSteps whether meters are made of steps; if false, because a filter drops them, a step is observed
     *     only where another handler than that of meters shows it
     */
    public PostgresXaObservations(
            ObservationRegistry registry,
            @Nullable TransactionObservationConvention transactions,
            @Nullable StepObservationConvention steps,
            Supplier<@Nullable String> currentName,
            boolean metersOfSteps) {
        this(registry, transactions, steps, currentName, metersOfSteps, LIMIT);
    }

    PostgresXaObservations(
            ObservationRegistry registry,
            @Nullable TransactionObservationConvention transactions,
            @Nullable StepObservationConvention steps,
            Supplier<@Nullable String> currentName,
            boolean metersOfSteps,
            int limit) {
        this.registry = registry;
        this.transactions = transactions;
        this.steps = steps;
        this.currentName = currentName;
        this.metersOfSteps = metersOfSteps;
        this.underWay = new OpenObservations(limit);
    }

    @Override
    public void began(TransactionId id) {
        if (registry.isNoop()) {
            return;
        }
        String name = currentName.get();
        Observation observation = PostgresXaObservationDocumentation.TRANSACTION.observation(
                transactions, OF_TRANSACTIONS, () -> new TransactionObservationContext(id, name), registry);
        if (observation.isNoop()) {
            return; // It is switched off, so its steps are not observed either.
        }
        observation.start();
        Audience audience = metersOfSteps ? Audience.EVERYTHING : Audience.of(registry);
        context(observation).showsSteps(audience.seesStepsOf(context(observation)));
        Observation forgotten = underWay.add(id, observation);
        if (forgotten != null) {
            forgotten.stop();
        }
    }

    @Override
    public void roleAssigned(TransactionId id, String node, BranchRole role) {
        Observation observation = underWay.get(id);
        if (observation != null) {
            context(observation).roleAssigned(node, role);
        }
    }

    @Override
    public void homeChosen(TransactionId id, String node, HomeReason reason) {
        Observation observation = underWay.get(id);
        if (observation != null) {
            context(observation).homeChosen(node, reason);
        }
    }

    @Override
    public void stepBegins(TransactionId id, CommitStep step, String node) {
        Observation transaction = underWay.get(id);
        if (transaction == null || !context(transaction).showsSteps()) {
            return;
        }
        BranchRole role = context(transaction).role(node);
        Observation observation = PostgresXaObservationDocumentation.STEP
                .observation(steps, OF_STEPS, () -> new StepObservationContext(id, step, node, role), registry)
                .parentObservation(transaction);
        // In the parent's scope, because a tracer prefers the current span to the given parent.
        transaction.scoped((Runnable) observation::start);
        currentStep.set(observation);
    }

    @Override
    public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
        Observation observation = currentStep.get();
        if (observation == null) {
            return;
        }
        currentStep.remove();
        if (observation.getContext() instanceof StepObservationContext context) {
            context.ended(done);
        }
        if (!done) {
            observation.error(new StepFailedException(
                    "%s on '%s' was refused or its reply was lost".formatted(Values.of(step), node)));
        }
        observation.stop();
    }

    /** The steps that are left belong to the transaction, too, so it ends with the last of them. */
    @Override
    public void acknowledged(TransactionId id) {
        Observation observation = underWay.get(id);
        if (observation != null) {
            context(observation).acknowledged();
            observation.event(ACKNOWLEDGED);
        }
    }

    @Override
    public void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {
        Observation observation = underWay.get(id);
        if (observation == null) {
            return;
        }
        context(observation).ended(outcome, branches, prepared);
        if (outcome == Outcome.UNKNOWN) {
            observation.error(new StepFailedException("the outcome is not known: the reply to the commit was lost"));
        }
        if (!context(observation).isAcknowledged()) {
            stop(id);
        }
    }

    @Override
    public void carriedOut(TransactionId id, boolean everywhere, Duration after) {
        stop(id);
    }

    private void stop(TransactionId id) {
        Observation observation = underWay.remove(id);
        if (observation != null) {
            observation.stop();
        }
    }

    private static TransactionObservationContext context(Observation observation) {
        return (TransactionObservationContext) observation.getContext();
    }
}
