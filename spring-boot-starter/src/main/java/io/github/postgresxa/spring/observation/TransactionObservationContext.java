package io.github.postgresxa.spring.observation;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.micrometer.observation.Observation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One global transaction, from its first use of a node to its end. */
public class TransactionObservationContext extends Observation.Context {

    private final TransactionId transaction;
    private final @Nullable String transactionName;
    private final Map<String, BranchRole> roles = new ConcurrentHashMap<>();
    private volatile @Nullable Outcome outcome;
    private volatile int branches;
    private volatile int prepared;

    /**
     * @param transaction its id
     * @param transactionName Spring's name of it, or null
     */
    public TransactionObservationContext(TransactionId transaction, @Nullable String transactionName) {
        this.transaction = transaction;
        this.transactionName = transactionName;
    }

    /** {@return its id} */
    public TransactionId transaction() {
        return transaction;
    }

    /** {@return Spring's name of it; null if it was begun without Spring or has none} */
    public @Nullable String transactionName() {
        return transactionName;
    }

    /** {@return what the application was told; null while it is under way} */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** {@return how many nodes it used; 0 while it is under way} */
    public int branches() {
        return branches;
    }

    /** {@return how many branches were prepared; 0 while it is under way} */
    public int prepared() {
        return prepared;
    }

    /**
     * @param node a node
     * @return its part; null before the votes
     */
    public @Nullable BranchRole role(String node) {
        return roles.get(node);
    }

    void roleAssigned(String node, BranchRole role) {
        roles.put(node, role);
    }

    void ended(Outcome outcome, int branches, int prepared) {
        this.outcome = outcome;
        this.branches = branches;
        this.prepared = prepared;
    }
}
