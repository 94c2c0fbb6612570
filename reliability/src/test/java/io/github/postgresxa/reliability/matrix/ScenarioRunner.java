package io.github.postgresxa.reliability.matrix;

import io.github.postgresxa.test.fault.Position;
import io.github.postgresxa.test.fault.WireMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs plays: without faults, to see their messages, and with one fault. */
final class ScenarioRunner {

    private static final int REHEARSALS = 20;
    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(20);
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(20);
    /**
     * How long a message that was sent may take to reach its position. It never does if the server dies while it
     * executes it.
     */
    private static final Duration STRIKE_LIMIT = Duration.ofSeconds(5);

    private static final Duration MOMENT = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final TestBed bed;
    private final long seed;
    private final SplittableRandom healthy;

    ScenarioRunner(TestBed bed, long seed) {
        this.bed = bed;
        this.seed = seed;
        this.healthy = new SplittableRandom(seed);
    }

    /** All processes run and have the connections that they need. */
    void warmUp(ProtocolRun play) throws Exception {
        bed.ready(play);
        String sick = health(play);
        if (sick != null) {
            throw new IllegalStateException(sick);
        }
    }

    /**
     * {@return every crash of a play: its messages, as a run without faults shows them, times positions, times
     * faults}
     */
    List<Scenario> scenarios(ProtocolRun play) throws Exception {
        List<WireMessage> seen = rehearsed(play);
        List<Scenario> scenarios = new ArrayList<>();
        for (Point point : play.points(seen)) {
            for (Position position : play.positions(point)) {
                for (FaultType strike : FaultType.values()) {
                    if (strike.fits(point)) {
                        scenarios.add(new Scenario(play, point, position, strike));
                    }
                }
            }
        }
        return scenarios;
    }

    /** {@return the messages that two runs have in common: the application's own recovery may disturb some} */
    private List<WireMessage> rehearsed(ProtocolRun play) throws Exception {
        Set<Set<String>> before = new HashSet<>();
        List<WireMessage> last = List.of();
        for (int i = 0; i < REHEARSALS; i++) {
            List<WireMessage> seen = rehearse(play);
            if (!seen.isEmpty() && !before.add(labels(play, seen))) {
                return seen;
            }
            last = seen;
        }
        throw new IllegalStateException(
                "no two runs of '%s' without faults are alike: %s".formatted(play.title(), last));
    }

    private static Set<String> labels(ProtocolRun play, List<WireMessage> seen) {
        return play.points(seen).stream().map(Point::label).collect(Collectors.toSet());
    }

    private List<WireMessage> rehearse(ProtocolRun play) throws Exception {
        warmUp(play);
        List<WireMessage> seen = Collections.synchronizedList(new ArrayList<>());
        Transfer transfer = Transfer.of(play.shape(), healthy);
        ApplicationProcess teller = play.begin(
                bed,
                transfer,
                () -> bed.plan()
                        .at(message -> {
                            if (play.watched().matches(message)) {
                                seen.add(message);
                            }
                            return false;
                        })
                        .loseRequest());
        Answers answers = new Answers(teller);
        boolean over = Await.until(Pace.LIMIT, () -> answers.told(LOOK) != null && play.isOver(bed));
        bed.plan().clear();
        boolean clean = Await.until(SETTLE_LIMIT, bed.books()::isClean);
        if (answers.told() == ReportedOutcome.ROLLED_BACK && play.unharmed() != ReportedOutcome.ROLLED_BACK) {
            return List.of(); // The machine was so slow that recovery took the coordinator for dead.
        }
        if (!over || !clean || answers.told() != play.unharmed() || seen.isEmpty()) {
            throw new IllegalStateException("a run of '%s' without faults did not end well: %s, %s"
                    .formatted(play.title(), answers.why(), seen));
        }
        return List.copyOf(seen);
    }

    /** The same for the same scenario, whatever ran before it. */
    private SplittableRandom random(String name) {
        return new SplittableRandom(seed * 31 + name.hashCode());
    }

    /**
     * {@return the result of a scenario}
     *
     * @param attempt counts from 1; a scenario whose fault found nothing to strike at can be tried again
     */
    Result run(Scenario scenario, int attempt) throws Exception {
        long start = System.nanoTime();
        ProtocolRun play = scenario.play();
        Transfer transfer = Transfer.of(play.shape(), random(scenario.name() + attempt));
        bed.ready(play);
        AtomicReference<@Nullable ArmedFault> armed = new AtomicReference<>();
        ApplicationProcess teller = play.begin(bed, transfer, () -> armed.set(arm(scenario)));
        Answers answers = new Answers(teller);
        boolean healed = play(scenario, armed, answers);
        ArmedFault blow = armed.get();
        String struck = blow == null || !blow.hasFired() ? "" : blow.message().orElse("");
        bed.heal();
        bed.awaitNodes();
        long end = System.nanoTime();
        Verdict verdict = new Verdict();
        if (answers.told() == null) {
            verdict.breaks(Violation.BAD_ANSWER, "no answer within " + Pace.LIMIT);
        } else if (!healed && answers.told() != play.unharmed() && answers.told() != ReportedOutcome.ROLLED_BACK) {
            // On a slow machine, recovery may have fenced: it waits for a coordinator no longer than the grace.
            verdict.breaks(Violation.BAD_ANSWER, "unharmed, but told " + answers.why());
        }
        boolean clean = Await.until(SETTLE_LIMIT, () -> {
            bed.letSurvivorRecover();
            return bed.books().isClean();
        });
        Duration settled = Duration.ofNanos(System.nanoTime() - end);
        if (!clean) {
            verdict.breaks(Violation.LEFT_OVER, bed.books().pages(transfer.id(), answers.id()));
        }
        boolean durable = verdict.judge(bed, scenario, transfer, answers);
        if (bed.applicationIsAlive()) {
            String outOfStep = bed.application().askSessions();
            if (!outOfStep.isEmpty()) {
                verdict.breaks(Violation.OUT_OF_STEP, outOfStep);
            }
        }
        String sick = health(play);
        if (sick != null) {
            verdict.breaks(Violation.UNHEALTHY, sick);
        }
        if (play.retention().isZero()
                && !Await.until(SETTLE_LIMIT, () -> bed.books().decisions() == 0)) {
            verdict.breaks(Violation.NOT_FORGOTTEN, bed.books().decisions() + " decisions");
        }
        return new Result(
                scenario,
                answers.told() == null ? ReportedOutcome.NONSENSE : answers.told(),
                durable,
                settled,
                Duration.ofNanos(System.nanoTime() - start),
                verdict.violations(),
                struck);
    }

    private ArmedFault arm(Scenario scenario) {
        if (scenario.play().hasRival()) {
            scenario.point().in(bed.plan()).call(Position.BEFORE_FORWARDING, bed::letRivalRecover);
        }
        return scenario.strike().arm(bed, scenario);
    }

    /** {@return whether the fault struck; it is over then} */
    private boolean play(Scenario scenario, AtomicReference<@Nullable ArmedFault> armed, Answers answers)
            throws Exception {
        boolean healed = false;
        long end = System.nanoTime() + Pace.LIMIT.toNanos();
        while (System.nanoTime() < end) {
            ReportedOutcome told = answers.told(LOOK);
            ArmedFault blow = armed.get();
            if (!healed && blow != null && blow.message().isPresent() && (blow.hasFired() || told != null)) {
                // after the reply: the caller may have got its reply meanwhile
                Await.until(STRIKE_LIMIT, blow::hasFired);
                bed.endStrikes();
                if (Await.until(MOMENT, blow::hasFired)) {
                    blow.awaitFired(STRIKE_LIMIT); // throws if its callback failed
                    blow.heal();
                    healed = true;
                }
            }
            if (told != null && (healed || scenario.play().isOver(bed))) {
                return healed;
            }
        }
        return healed;
    }

    /** {@return what prevents a plain transfer over all nodes from succeeding, or null} */
    private @Nullable String health(ProtocolRun play) throws Exception {
        StringBuilder why = new StringBuilder();
        boolean succeeded = Await.until(HEALTH_LIMIT, () -> {
            bed.ready(play);
            bed.application().transfer(Transfer.of(Shape.THREE_WRITERS, healthy));
            Answers answers = new Answers(bed.application());
            Await.until(Pace.LIMIT, () -> answers.told(LOOK) != null);
            why.setLength(0);
            why.append(answers.why());
            if (answers.told() == ReportedOutcome.UNKNOWN || answers.told() == ReportedOutcome.NONSENSE) {
                throw new IllegalStateException("a transfer without faults: " + why);
            }
            return answers.told() == ReportedOutcome.OK;
        });
        return succeeded ? null : "no transfer succeeds: " + why;
    }
}
