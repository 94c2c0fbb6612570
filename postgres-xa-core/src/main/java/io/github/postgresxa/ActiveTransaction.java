package io.github.postgresxa;

import java.time.Duration;
import java.util.List;

/**
 * A transaction of this process that has not ended.
 *
 * @param id its id
 * @param phase its phase
 * @param age time since it first used a node
 * @param nodes the nodes that it uses, in the order of their first use
 */
public record ActiveTransaction(TransactionId id, TransactionPhase phase, Duration age, List<String> nodes) {

    /** Copies the list. */
    public ActiveTransaction {
        nodes = List.copyOf(nodes);
    }
}
