package io.github.postgresxa.operations;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is prepared on all nodes, put together to global transactions.
 *
 * @param transactions the oldest first
 * @param cut nodes whose server lists more than the oldest 1,000, which were read. They are never among those that list
 *     no branch of a transaction
 * @param unreachable the nodes that did not answer, with what they or the driver reported
 */
public record PreparedTransactions(
        List<PreparedTransaction> transactions, Set<String> cut, Map<String, String> unreachable) {

    /** Copies the collections. */
    public PreparedTransactions {
        transactions = List.copyOf(transactions);
        cut = Set.copyOf(cut);
        unreachable = Collections.unmodifiableMap(new LinkedHashMap<>(unreachable));
    }
}
