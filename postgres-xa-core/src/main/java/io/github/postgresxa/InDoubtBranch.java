package io.github.postgresxa;

import io.github.postgresxa.log.Sanitizer;
import java.time.Duration;

/**
 * A prepared branch whose decision this process does not know yet. It keeps its locks until it is settled.
 *
 * @param node the node that holds it
 * @param gid its name, exactly as {@code pg_prepared_xacts} shows it
 * @param transaction the global transaction
 * @param home the node that keeps the decision: its configured name, or its identity if no configured node has it
 * @param age time since it was prepared, by the server's clock
 * @param reason why it is in doubt and what happens next
 */
public record InDoubtBranch(
        String node, String gid, TransactionId transaction, String home, Duration age, String reason) {

    /** Turns the server's message into one line. */
    public InDoubtBranch {
        reason = Sanitizer.oneLine(reason);
    }
}
