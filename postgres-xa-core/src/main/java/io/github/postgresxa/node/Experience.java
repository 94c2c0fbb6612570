package io.github.postgresxa.node;

import io.github.postgresxa.CommitStep;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What this process has learned about a node from its own use of it: how long answers take, and what the node has
 * refused. It helps to choose homes and informs people. Every choice is correct, so no outcome depends on it.
 */
public final class Experience {

    private static final Pattern CANNOT_DECIDE = Pattern.compile("23502|(25|3F|42).*");

    private final Estimate roundTrip = new Estimate();
    private final Estimate settling = new Estimate();
    private final Estimate finishing = new Estimate();
    private volatile boolean refusedDecision;
    private volatile boolean refusedPrepare;
    private volatile boolean missed;

    /** Creates the experience with a node that was not used yet. */
    public Experience() {
        // Everything is unknown.
    }

    /**
     * Notes an answer for which the node waited for no disk.
     *
     * @param nanos how long it took
     */
    public void answered(long nanos) {
        roundTrip.add(nanos);
    }

    /** Notes that work got no connection, or lost one. */
    void missed() {
        missed = true;
    }

    /** {@return whether work got no connection, or lost one, since the last call} */
    public boolean takeMissed() {
        boolean found = missed;
        missed = false;
        return found;
    }

    /**
     * Notes a step that was done. The node has forced its log for it, and perhaps waited for a standby.
     *
     * @param step the step
     * @param nanos how long it took
     */
    public void done(CommitStep step, long nanos) {
        switch (step) {
            case PREPARE, DECIDE -> settling.add(nanos);
            case FINISH -> finishing.add(nanos);
            case COMMIT, ROLLBACK -> {
                // Says nothing about the steps that a choice is about: perhaps there was nothing to force.
            }
        }
    }

    /**
     * Notes that the node refused to prepare, if PostgreSQL cannot prepare what was done there.
     *
     * @param sqlState why
     * @return whether that is new
     */
    public boolean refusedToPrepare(@Nullable String sqlState) {
        boolean known = refusedPrepare;
        refusedPrepare |= "0A000".equals(sqlState);
        return refusedPrepare != known;
    }

    /**
     * Notes that the node refused a decision, if it could not keep one: it had assigned no transaction ID, or the right
     * or the table is missing, or it takes no writes.
     *
     * @param sqlState why
     * @return whether that is new
     */
    public boolean refusedToDecide(@Nullable String sqlState) {
        boolean known = refusedDecision;
        refusedDecision |= sqlState != null && CANNOT_DECIDE.matcher(sqlState).matches();
        return refusedDecision != known;
    }

    /** {@return whether it has refused to keep a decision} */
    public boolean refusedDecision() {
        return refusedDecision;
    }

    /** {@return whether it has refused to prepare what PostgreSQL cannot prepare} */
    public boolean refusedPrepare() {
        return refusedPrepare;
    }

    /** {@return whether it is known how long a prepare or a decision takes} */
    public boolean knowsSettling() {
        return settling.isKnown();
    }

    /** {@return how long a prepare or a decision usually takes, in nanoseconds, if that is known} */
    public long settlingNanos() {
        return settling.nanos();
    }

    /** {@return how long COMMIT PREPARED usually takes, in nanoseconds, as far as it is known} */
    public long finishingNanos() {
        return finishing.isKnown() ? finishing.nanos() : settling.nanos();
    }

    /** {@return whether it is known how long an answer takes that waits for no disk} */
    public boolean knowsRoundTrip() {
        return roundTrip.isKnown();
    }

    /** {@return how long such an answer usually takes, in nanoseconds, if that is known} */
    public long roundTripNanos() {
        return roundTrip.nanos();
    }

    /** {@return how long an answer usually takes for which the node waits for no disk; null while unknown} */
    public @Nullable Duration roundTrip() {
        return duration(roundTrip);
    }

    /** {@return how long a prepare or a decision usually takes; null while unknown} */
    public @Nullable Duration settling() {
        return duration(settling);
    }

    private static @Nullable Duration duration(Estimate estimate) {
        return estimate.isKnown() ? Duration.ofNanos(estimate.nanos()) : null;
    }
}
