package io.github.postgresxa.operations;

import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One node as an {@link Observer} last saw it. It holds no secrets.
 *
 * @param name the node's configured name
 * @param reachable whether it answered
 * @param problem one sentence that says why it did not answer, or cannot take part in XA transactions; null if all is
 *     well
 * @param serverVersion for example {@code 18.6}; null while unknown
 * @param maxPrepared the server's {@code max_prepared_transactions}; 0 while unknown
 * @param prepared how many transactions are prepared on the server, by anybody and in any database
 * @param ours how many of them look like those of this project
 * @param oldestOurs since when the oldest of these is prepared, by the server's clock; null if there is none
 * @param oldestForeign since when the oldest of the others is prepared; null if there is none
 * @param inDoubt how many branches of this node are prepared for longer than the grace
 * @param oldestInDoubt since when the oldest of these is prepared; null if there is none
 * @param xidAge how many transactions of the server began since the oldest branch of this node did: VACUUM keeps every
 *     row that one of them deleted; 0 if there is none
 * @param observed how long ago this was seen
 */
public record ObservedNode(
        String name,
        boolean reachable,
        @Nullable String problem,
        @Nullable String serverVersion,
        int maxPrepared,
        long prepared,
        long ours,
        @Nullable Duration oldestOurs,
        @Nullable Duration oldestForeign,
        int inDoubt,
        @Nullable Duration oldestInDoubt,
        long xidAge,
        Duration observed) {

    /** Turns the server's message into one line. */
    public ObservedNode {
        problem = problem == null ? null : Sanitizer.oneLine(problem);
    }
}
