package io.github.postgresxa;

import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of one node as this process last saw it. It holds no secrets.
 *
 * @param name the node's configured name
 * @param reachable whether it answered
 * @param problem one sentence that says why it did not answer or must not take part; null if all is well
 * @param identity the random identity in its schema; null while unknown
 * @param serverVersion for example {@code 18.6}; null while unknown
 * @param maxPrepared the server's {@code max_prepared_transactions}
 * @param preparedOurs prepared branches of this project in the node's database, of any application
 * @param preparedForeign prepared transactions of others on the server: counted, never touched
 * @param oldestPrepared the age of the oldest of ours, by the server's clock; null if there is none
 * @param inDoubt how many of ours stay prepared longer than the grace because this process does not know their decision
 * @param observedAt when this was seen
 * @param lastPass time since recovery last finished a scan of the node, whether the node answered or not; before the
 *     first scan, time since the start
 * @param stalled whether {@code lastPass} is too long: more than ten recovery intervals and more than a minute longer
 *     than planned. This process finishes nothing there in that case
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

    /** Turns the server's message into one line. */
    public NodeStatus {
        problem = problem == null ? null : Sanitizer.oneLine(problem);
    }

    /** Creates a status that was observed just now. */
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
     * Returns this status with the age of the last scan. If that is too long and there is no other problem, a problem
     * says so.
     *
     * @param age time since recovery last finished a scan of the node
     * @param tooLong whether that is too long
     * @return the changed copy
     */
    public NodeStatus lastPass(Duration age, boolean tooLong) {
        return new NodeStatus(
                name,
                reachable,
                tooLong && problem == null
                        ? ("recovery has not finished a scan of it for %d s; take a thread dump, then restart this"
                                        + " process")
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
