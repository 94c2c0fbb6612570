package io.github.postgresxa.recovery;

import io.github.postgresxa.prepared.PreparedBranch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A branch that was listed at one look and not at the next one, and that this process did not finish.
 *
 * @param branch the branch
 * @param incarnation of its server when it was last listed
 * @param firstSeen by the monotonic clock
 * @param missedAt when it was found to be gone, by the same clock
 * @param undecidedMark the mark when its home was last asked and had no row; null if there was one, or nobody asked
 */
record VanishedBranch(
        PreparedBranch branch,
        String incarnation,
        long firstSeen,
        long missedAt,
        @Nullable String undecidedMark) {

    Duration knownFor(long now) {
        return Duration.ofNanos(now - firstSeen);
    }

    /** {@return whether every row that was written since its home had none is still there, if the home's mark is now this} */
    boolean nothingForgotten(String mark) {
        return mark.equals(undecidedMark);
    }
}
