package io.github.postgresxa.operations;

import java.time.Duration;
import java.util.List;

/**
 * One prepared branch of an explained transaction.
 *
 * @param node the node that holds it
 * @param gid its name in {@code pg_prepared_xacts}
 * @param role the database role that prepared it
 * @param age since it was prepared, by the server's clock
 * @param verdict what recovery does with it, in a sentence with the reason
 * @param locks locks that it holds, at most 50
 * @param waiting sessions that wait for its end, at most 50
 * @param xidAge how many transactions of that server began since it did
 * @param holdsBackVacuum whether no transaction on that server is older: VACUUM keeps every row that one of the later
 *     transactions deleted
 */
public record BranchExplanation(
        String node,
        String gid,
        String role,
        Duration age,
        String verdict,
        List<HeldLock> locks,
        List<WaitingSession> waiting,
        long xidAge,
        boolean holdsBackVacuum) {

    /** Copies the lists. */
    public BranchExplanation {
        locks = List.copyOf(locks);
        waiting = List.copyOf(waiting);
    }
}
