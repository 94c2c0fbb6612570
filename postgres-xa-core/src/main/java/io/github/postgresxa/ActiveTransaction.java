package io.github.postgresxa;

import java.time.Duration;
import java.util.List;

/**
 * A transaction of this process that is under way.
 *
 * @param id its id
 * @param phase where it stands: {@code active}, {@code preparing}, {@code prepared} (another resource takes part and the transaction manager decides),
 *     {@code deciding}, {@code unknown} (the reply was lost and the home is being asked), {@code committed} or {@code aborted} (being finished),
 *     {@code undecided} (left to recovery)
 * @param age since its first use of a node
 * @param nodes the nodes that it uses, in the order of their first use
 */
public record ActiveTransaction(TransactionId id, String phase, Duration age, List<String> nodes) {

    /** Copies the list. */
    public ActiveTransaction {
        nodes = List.copyOf(nodes);
    }
}
