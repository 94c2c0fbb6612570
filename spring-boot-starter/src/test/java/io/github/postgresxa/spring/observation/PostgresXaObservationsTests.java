package io.github.postgresxa.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.HomeReason;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostgresXaObservationsTests {

    private static final TransactionId ID = TransactionId.random();

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final Recorder recorder = new Recorder();

    PostgresXaObservationsTests() {
        registry.observationConfig().observationHandler(recorder);
    }

    @Test
    void aTransactionIsTheChildOfTheObservationInWhichItBegins() {
        Observation request = Observation.start("request", registry);
        request.scoped(() -> of(registry).began(ID));
        request.stop();

        assertThat(recorder.started)
                .extracting(Observation.ContextView::getName)
                .containsExactly("request", "postgres.xa.transaction");
        assertThat(recorder.started.get(1).getParentObservation()).isEqualTo(request);
    }

    @Test
    void aStepIsTheChildOfItsTransactionOnWhateverThread() throws Exception {
        PostgresXaObservations observations = of(registry);
        observations.began(ID);
        observations.roleAssigned(ID, "west", BranchRole.PARTICIPANT);
        observations.homeChosen(ID, "east", HomeReason.SHORTEST_COMMIT);
        Thread worker = new Thread(() -> {
            observations.stepBegins(ID, CommitStep.PREPARE, "west");
            observations.stepEnded(ID, CommitStep.PREPARE, "west", true);
        });
        worker.start();
        worker.join();
        observations.finished(ID, Outcome.COMMITTED, 2, 1, Duration.ZERO);

        Observation.Context step = recorder.stopped.get(0);
        Observation.Context transaction = recorder.stopped.get(1);
        assertThat(step.getContextualName()).isEqualTo("postgres.xa.prepare");
        assertThat(Objects.requireNonNull(step.getParentObservation()).getContextView())
                .isSameAs(transaction);
        assertThat(step.getLowCardinalityKeyValues())
                .containsExactlyInAnyOrder(
                        KeyValue.of("step", "prepare"),
                        KeyValue.of("node", "west"),
                        KeyValue.of("role", "participant"),
                        KeyValue.of("done", "true"));
        assertThat(transaction.getLowCardinalityKeyValues()).containsExactly(KeyValue.of("outcome", "committed"));
        assertThat(transaction.getHighCardinalityKeyValues())
                .contains(
                        KeyValue.of("postgres.xa.transaction.id", ID.toString()),
                        KeyValue.of("postgres.xa.branches", "2"),
                        KeyValue.of("postgres.xa.prepared", "1"),
                        KeyValue.of("postgres.xa.home", "east"),
                        KeyValue.of("postgres.xa.home.reason", "shortest_commit"));
        assertThat(transaction.getError()).isNull();
    }

    @Test
    void aStepThatIsNotKnownToBeDoneIsAnError() {
        PostgresXaObservations observations = of(registry);
        observations.began(ID);
        observations.stepBegins(ID, CommitStep.DECIDE, "east");
        observations.stepEnded(ID, CommitStep.DECIDE, "east", false);
        observations.finished(ID, Outcome.UNKNOWN, 2, 1, Duration.ZERO);

        assertThat(recorder.stopped)
                .hasSize(2)
                .allSatisfy(context -> assertThat(context.getError()).isNotNull());
    }

    @Test
    void aTransactionThatIsAcknowledgedEarlyEndsWithItsLastStep() {
        PostgresXaObservations observations = of(registry);
        observations.began(ID);
        observations.acknowledged(ID);
        observations.finished(ID, Outcome.COMMITTED, 2, 1, Duration.ZERO);
        observations.stepBegins(ID, CommitStep.FINISH, "west");
        observations.stepEnded(ID, CommitStep.FINISH, "west", true);
        assertThat(recorder.stopped).hasSize(1);
        observations.carriedOut(ID, true, Duration.ZERO);

        assertThat(recorder.stopped).hasSize(2);
        assertThat(recorder.stopped.get(1).getLowCardinalityKeyValues())
                .containsExactly(KeyValue.of("outcome", "committed"));
    }

    @Test
    void aRollbackIsNoError() {
        PostgresXaObservations observations = of(registry);
        observations.began(ID);
        observations.finished(ID, Outcome.ROLLED_BACK, 1, 0, Duration.ZERO);

        assertThat(recorder.stopped.get(0).getError()).isNull();
    }

    @Test
    void unfinishedTransactionsAreForgottenOldestFirst() {
        PostgresXaObservations observations = new PostgresXaObservations(registry, null, null, () -> null, false, 2);
        List<TransactionId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(TransactionId.random());
            observations.began(ids.get(i));
        }
        assertThat(recorder.stopped)
                .extracting(context -> ((TransactionObservationContext) context).transaction())
                .containsExactly(ids.get(0), ids.get(1), ids.get(2));

        observations.stepBegins(ids.get(0), CommitStep.COMMIT, "east"); // It ends after all.
        observations.stepEnded(ids.get(0), CommitStep.COMMIT, "east", true);
        observations.finished(ids.get(0), Outcome.COMMITTED, 1, 0, Duration.ZERO);
        assertThat(recorder.stopped).hasSize(3);
    }

    @Test
    void aStepOfATransactionThatIsNotObservedIsNotObserved() {
        registry.observationConfig().observationPredicate((name, context) -> !name.equals("postgres.xa.transaction"));
        PostgresXaObservations observations = of(registry);
        observations.began(ID);
        observations.stepBegins(ID, CommitStep.COMMIT, "east");
        observations.stepEnded(ID, CommitStep.COMMIT, "east", true);
        observations.finished(ID, Outcome.COMMITTED, 1, 0, Duration.ZERO);

        assertThat(recorder.started).isEmpty();
    }

    @Test
    void nothingHappensWithoutARegistry() {
        PostgresXaObservations observations = of(ObservationRegistry.NOOP);
        observations.began(ID);
        observations.roleAssigned(ID, "east", BranchRole.ONLY);
        observations.stepBegins(ID, CommitStep.COMMIT, "east");
        observations.stepEnded(ID, CommitStep.COMMIT, "east", true);
        observations.finished(ID, Outcome.COMMITTED, 1, 0, Duration.ZERO);

        assertThat(recorder.started).isEmpty();
    }

    @Test
    void theMetersOfAHandlerHaveOtherNames() {
        MeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        PostgresXaObservations observations = of(registry);
        observations.began(ID);
        observations.stepBegins(ID, CommitStep.COMMIT, "east");
        observations.stepEnded(ID, CommitStep.COMMIT, "east", true);
        observations.finished(ID, Outcome.COMMITTED, 1, 0, Duration.ZERO);

        assertThat(meters.getMeters())
                .extracting(meter -> meter.getId().getName())
                .doesNotContain(
                        "postgres.xa.commit", "postgres.xa.step", "postgres.xa.transactions", "postgres.xa.active")
                .contains("postgres.xa.transaction");
    }

    @Test
    void aStepIsObservedWhateverHandlerIsBesideTheMeters() {
        ObservationRegistry both = ObservationRegistry.create();
        both.observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(new SimpleMeterRegistry()))
                .observationHandler(new ObservationHandler.AllMatchingCompositeObservationHandler(
                        List.of(new Recorder(), recorder)));
        oneStep(new PostgresXaObservations(both, null, null, () -> null, false));

        assertThat(recorder.stopped)
                .extracting(Observation.Context::getName)
                .containsExactly("postgres.xa.transaction.step", "postgres.xa.transaction");
    }

    @Test
    void aStepIsNotObservedWhereThereAreOnlyMetersAndNoneOfSteps() {
        assertThat(metersOfOneStep(false, null)).doesNotContain("postgres.xa.transaction.step");
    }

    @Test
    void aStepIsObservedWhereThereAreMetersOfSteps() {
        assertThat(metersOfOneStep(true, null)).contains("postgres.xa.transaction.step");
    }

    @Test
    void aStepIsObservedWhereAGlobalConventionMayGiveItAnotherName() {
        assertThat(metersOfOneStep(false, new Renaming())).contains("acme.step");
    }

    private static List<String> metersOfOneStep(
            boolean metersOfSteps, @Nullable GlobalObservationConvention<Observation.Context> convention) {
        MeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        if (convention != null) {
            registry.observationConfig().observationConvention(convention);
        }
        oneStep(new PostgresXaObservations(registry, null, null, () -> null, metersOfSteps));
        return meters.getMeters().stream().map(meter -> meter.getId().getName()).toList();
    }

    private static void oneStep(PostgresXaObservations observations) {
        observations.began(ID);
        observations.stepBegins(ID, CommitStep.COMMIT, "east");
        observations.stepEnded(ID, CommitStep.COMMIT, "east", true);
        observations.finished(ID, Outcome.COMMITTED, 1, 0, Duration.ZERO);
    }

    private static final class Renaming implements GlobalObservationConvention<Observation.Context> {

        @Override
        public String getName() {
            return "acme.step";
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return context instanceof StepObservationContext;
        }
    }

    @Test
    void usesAConventionOfTheApplication() {
        TransactionObservationConvention own = new DefaultTransactionObservationConvention() {
            @Override
            public String getContextualName(TransactionObservationContext context) {
                return "two banks";
            }
        };
        PostgresXaObservations observations = new PostgresXaObservations(registry, own, null, () -> null);
        observations.began(ID);
        observations.finished(ID, Outcome.COMMITTED, 1, 0, Duration.ZERO);

        assertThat(recorder.stopped.get(0).getContextualName()).isEqualTo("two banks");
    }

    private static PostgresXaObservations of(ObservationRegistry registry) {
        return new PostgresXaObservations(registry, null, null, () -> null);
    }

    private static final class Recorder implements ObservationHandler<Observation.Context> {

        private final List<Observation.Context> started = new CopyOnWriteArrayList<>();
        private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

        @Override
        public void onStart(Observation.Context context) {
            started.add(context);
        }

        @Override
        public void onStop(Observation.Context context) {
            stopped.add(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
