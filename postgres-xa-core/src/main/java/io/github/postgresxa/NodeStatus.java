package io.github.postgresxa;

import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What this process last saw of one node. Nothing in it is secret.
 *
 * @param name the node's configured name
 * @param reachable whether it answered
 * @param problem why it did not answer or may not take part, in a sentence; null if all is well
 * @param identity the random identity that its schema holds; null while unknown
 * @param serverVersion for example {@code 18.6}; null while unknown
 * @param maxPrepared the server's {@code max_prepared_transactions}
 * @param preparedOurs prepared branches of this project in the node's database, of any application
 * @param preparedForeign prepared transactions of others on the server: counted, never touched
 * @param oldestPrepared the age of the oldest of ours by the server's clock; null if there is none
 * @param inDoubt those of ours that stay prepared longer than the grace because their decision is not known here
 * @param observedAt when this was seen
 * @param lastPass how long ago recovery finished a look at the node, whether it answered or not; before the first one,
 *     since the start
 * @param stalled whether that is too long: more than ten intervals of recovery and more than a minute. Then this process
 *     finishes nothing there
 */
public record NodeStatus(
        String name,
        boolean reachable,
        @Nullable String problem,
        @Nullable String identity,
        @Nullable String serverVersion,
        int maxPrepared,
        int preparedOurs,
        int preparedForeign,
        @Nullable Duration oldestPrepared,
        int inDoubt,
        Instant observedAt,
        Duration lastPass,
        boolean stalled) {

    /** Makes one line of what a server said. */
    public NodeStatus {
        problem = problem == null ? null : Sanitizer.oneLine(problem);
    }

    /** What was seen just now. */
    public NodeStatus(
            String name,
            boolean reachable,
            @Nullable String problem,
            @Nullable String identity,
            @Nullable String serverVersion,
            int maxPrepared,
            int preparedOurs,
            int preparedForeign,
            @Nullable Duration oldestPrepared,
            int inDoubt,
            Instant observedAt) {
        this(
                name,
                reachable,
                problem,
                identity,
                serverVersion,
                maxPrepared,
                preparedOurs,
                preparedForeign,
                oldestPrepared,
                inDoubt,
                observedAt,
                Duration.ZERO,
                false);
    }

    /**
     * @param age how long ago recovery finished a look at the node
     * @param tooLong whether that is too long
     * @return the same with that, and with a sentence about it where there is none about something else
     */
    public NodeStatus lastPass(Duration age, boolean tooLong) {
        return new NodeStatus(
                name,
                reachable,
                tooLong && problem == null
                        ? "recovery has not finished a look at it for %d s; take a thread dump, then restart this process"
                                .formatted(age.toSeconds())
                        : problem,
                identity,
                serverVersion,
                maxPrepared,
                preparedOurs,
                preparedForeign,
                oldestPrepared,
                inDoubt,
                observedAt,
                age,
                tooLong);
    }
}
