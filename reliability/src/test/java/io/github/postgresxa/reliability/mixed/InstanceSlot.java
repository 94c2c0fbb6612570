package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.reliability.load.Await;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where one instance runs: it is killed, and started again under the same number. */
final class InstanceSlot implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(3);

    /** A step of recovery comes only where something was left, and after the manager has presumed the abort. */
    private static final Duration REACH_LIMIT = Duration.ofSeconds(25);

    private static final int LONGEST_LIFE_MILLIS = 6000;
    private static final int MOMENT_MICROS = 4000;

    private final int number;
    private final MixedRun run;
    private final KillPlan plan;
    private final Semaphore mayBeDown;
    private final Random random;
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
        this.process = run.start(number, plan::seen);
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
        boolean reached = awaitCrashPoint(running, point);
        if (!point.halts()) {
            TimeUnit.MICROSECONDS.sleep(random.nextInt(MOMENT_MICROS)); // In the middle of what follows.
        }
        running.kill();
        plan.killed(reached ? point : CrashPoint.ANY_MOMENT);
        if (run.options().othersRecover()) {
            Set<String> left = run.prepared();
            Await.until(
                    RECOVERY_LIMIT,
                    "others recover what instance %d left: %s".formatted(number, left),
                    () -> Collections.disjoint(run.prepared(), left));
        }
        InstanceProcess next = run.start(number, plan::seen);
        if (run.options().othersRecover() && !next.awaitReady(START_LIMIT)) {
            throw new AssertionError("instance %d does not start".formatted(number));
        }
        return next;
    }

    /** {@return whether the instance is there; otherwise it was given up} */
    private boolean awaitCrashPoint(InstanceProcess running, CrashPoint point) throws InterruptedException {
        if (point.equals(CrashPoint.ANY_MOMENT)) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS)); // The moment of the kill.
            return true;
        }
        running.crashAt(point, 1 + random.nextInt(3));
        return running.awaitReached(REACH_LIMIT);
    }

    @Override
    public void close() {
        process.kill();
    }
}
