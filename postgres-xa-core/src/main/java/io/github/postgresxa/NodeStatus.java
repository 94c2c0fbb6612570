package io.github.postgresxa;

import io.github.postgresxa.log.Printable;
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
        Instant observedAt) {

    /** Makes one line of what a server said. */
    public NodeStatus {
        problem = problem == null ? null : Printable.oneLine(problem);
    }
}
