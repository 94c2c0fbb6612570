package io.github.postgresxa.recovery;

import io.github.postgresxa.decision.HighWaterMark;
import io.github.postgresxa.prepared.PreparedBranch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A branch that one scan listed and the next one did not, and that this process did not finish.
 *
 * @param branch the branch
 * @param incarnation of its server when it was last listed
 * @param firstSeen by the monotonic clock
 * @param missedAt when it was found to be gone, by the same clock
 * @param undecidedMark the mark when its home was last queried and had no row; null if there was one, or it was not
 *     queried
 */
record VanishedBranch(
        PreparedBranch branch,
        String incarnation,
        long firstSeen,
        long missedAt,
        @Nullable HighWaterMark undecidedMark) {

    Duration knownFor(long now) {
        return Duration.ofNanos(now - firstSeen);
    }

    /** {@return whether every row written since its home had none still exists, if the home's mark is now this} */
    boolean nothingForgotten(HighWaterMark mark) {
        return mark.equals(undecidedMark);
    }
}
