package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.reliability.load.Await;
import io.github.postgresxa.test.fault.Fault;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where one instance runs: it is killed, and started again under the same number. */
final class InstanceSlot implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(3);

    /** A step of recovery comes only where something was left, and when its manager has been silent for 10 s. */
    private static final Duration REACH_LIMIT = Duration.ofSeconds(30);

    private static final int LONGEST_LIFE_MILLIS = 3000;
    private static final int MOMENT_MICROS = 4000;

    private final int number;
    private final MixedRun run;
    private final KillPlan plan;
    private final Semaphore mayBeDown;
    private final Random random;
    private final WireSteps wire;
    private InstanceProcess process;

    /**
     * Creates a slot, and starts its instance.
     *
     * @param number the instance's number
     * @param run the run that it belongs to
     * @param plan says where the instance is killed
     * @param mayBeDown has a permit for each instance that may be down at the same time
     * @param random chooses moments
     */
    InstanceSlot(int number, MixedRun run, KillPlan plan, Semaphore mayBeDown, Random random) {
        this.number = number;
        this.run = run;
        this.plan = plan;
        this.mayBeDown = mayBeDown;
        this.random = random;
        this.wire = new WireSteps(run.nodes());
        this.process = start();
    }

    private InstanceProcess start() {
        return run.start(number, wire.addresses(), plan::seen);
    }

    /** Kills the instance again and again, until no more kills are allowed. Then one is running. */
    void killAsPlanned() throws InterruptedException {
        CrashPoint point = plan.next();
        while (point != null) {
            mayBeDown.acquire();
            try {
                process = killAndRestart(process, point);
            } finally {
                mayBeDown.release();
            }
            point = plan.next();
        }
    }

    private InstanceProcess killAndRestart(InstanceProcess running, CrashPoint point) throws InterruptedException {
        boolean reached = isReached(running, point);
        if (!point.halts()) {
            TimeUnit.MICROSECONDS.sleep(random.nextInt(MOMENT_MICROS)); // In the middle of what follows.
        }
        running.kill();
        wire.clear();
        plan.killed(reached ? point : CrashPoint.ANY_MOMENT);
        if (run.options().waitsForOthers()) {
            Set<String> left = run.prepared();
            Await.until(
                    RECOVERY_LIMIT,
                    "others end what instance %d left: %s".formatted(number, left),
                    () -> Collections.disjoint(run.prepared(), left));
        }
        InstanceProcess next = start();
        if (run.options().waitsForOthers()) {
            Await.until(START_LIMIT, "instance %d starts".formatted(number), next::isReady);
        }
        return next;
    }

    /** {@return whether the instance comes to a crash point; otherwise that is given up} */
    private boolean isReached(InstanceProcess running, CrashPoint point) throws InterruptedException {
        if (point.equals(CrashPoint.ANY_MOMENT)) {
            if (random.nextBoolean()) {
                Await.until(START_LIMIT, "instance %d starts".formatted(number), running::isReady);
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS)); // The moment of the kill.
            return true;
        }
        int occurrence = 1 + random.nextInt(3);
        if (WireSteps.has(point)) {
            Fault atMessage = wire.crashAt(point, occurrence, running::kill);
            return isSoon(running, atMessage::hasFired);
        }
        running.crashAt(point, occurrence);
        return isSoon(running, running::isAtCrashPoint);
    }

    /** {@return whether something happens while an instance starts, or in the first time after it} */
    private static boolean isSoon(InstanceProcess running, Callable<Boolean> condition) {
        return Await.within(START_LIMIT, () -> condition.call() || running.isReady())
                && Await.within(REACH_LIMIT, condition);
    }

    @Override
    public void close() {
        process.kill();
        wire.close();
    }
}
