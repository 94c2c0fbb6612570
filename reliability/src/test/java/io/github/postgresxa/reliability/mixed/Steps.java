package io.github.postgresxa.reliability.mixed;

import io.github.postgresxa.CommitStep;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.github.postgresxa.XaListener;
import io.github.postgresxa.reliability.load.Journal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The steps of an instance. Each is noted before it is taken, and at one of them the test kills the instance. */
final class Steps implements XaListener {

    /** The word of the journal before the name of a step. */
    static final String STEP = "step";

    /** The word of the journal at the crash point. */
    static final String REACHED = "reached";

    private final Journal journal;
    private @Nullable CrashPoint crashPoint;
    private int left;

    Steps(Journal journal) {
        this.journal = journal;
    }

    /**
     * Sets the crash point.
     *
     * @param point the crash point
     * @param occurrence at which of its occurrences from now on, from 1
     */
    synchronized void crashAt(CrashPoint point, int occurrence) {
        crashPoint = point;
        left = occurrence;
    }

    void at(String step) {
        journal.note(STEP, step);
        CrashPoint reached = reachedAt(step);
        if (reached != null) {
            journal.note(REACHED, step);
            if (reached.halts()) {
                waitForTheKill();
            }
        }
    }

    private synchronized @Nullable CrashPoint reachedAt(String step) {
        CrashPoint point = crashPoint;
        return point != null && point.step().equals(step) && --left == 0 ? point : null;
    }

    private static void waitForTheKill() {
        while (true) {
            try {
                TimeUnit.DAYS.sleep(1);
            } catch (InterruptedException e) {
                // It does not go on.
            }
        }
    }

    @Override
    public void stepBegins(TransactionId id, CommitStep step, String node) {
        at("before " + step + " at " + node);
    }

    @Override
    public void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {
        at("after " + step + " at " + node);
    }

    @Override
    public void recovered(TransactionId id, String node, Outcome outcome) {
        at("recovery: after " + (outcome == Outcome.COMMITTED ? "COMMIT" : "ROLLBACK") + " PREPARED at " + node);
    }
}
