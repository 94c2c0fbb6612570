package io.github.postgresxa.spring.observation;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.HomeReason;
import io.github.postgresxa.Outcome;
import io.github.postgresxa.TransactionId;
import io.micrometer.observation.Observation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Describes one global transaction, from its first use of a node to its end. */
public class TransactionObservationContext extends Observation.Context {

    private final TransactionId transaction;
    private final @Nullable String transactionName;
    private final Map<String, BranchRole> roles = new ConcurrentHashMap<>();
    private volatile @Nullable Outcome outcome;
    private volatile @Nullable String home;
    private volatile @Nullable HomeReason homeReason;
    private volatile int branches;
    private volatile int prepared;
    private volatile boolean showsSteps;
    private volatile boolean acknowledged;

    /**
     * Creates a context.
     *
     * @param transaction the transaction's id
     * @param transactionName Spring's name of the transaction, or null
     */
    public TransactionObservationContext(TransactionId transaction, @Nullable String transactionName) {
        this.transaction = transaction;
        this.transactionName = transactionName;
    }

    /** {@return the transaction's id} */
    public TransactionId transaction() {
        return transaction;
    }

    /** {@return Spring's name of the transaction; null if it was begun without Spring or has none} */
    public @Nullable String transactionName() {
        return transactionName;
    }

    /** {@return the outcome that the application got; null while the transaction is active} */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /** {@return the number of nodes that the transaction used; 0 while it is active} */
    public int branches() {
        return branches;
    }

    /** {@return the number of branches that were prepared; 0 while the transaction is active} */
    public int prepared() {
        return prepared;
    }

    /**
     * Returns the role of a node.
     *
     * @param node the node's name
     * @return its role; null before the votes
     */
    public @Nullable BranchRole role(String node) {
        return roles.get(node);
    }

    /** {@return the node that keeps the decision; null before the votes, and if there is no decision} */
    public @Nullable String home() {
        return home;
    }

    /** {@return why it is that node; null if there is none} */
    public @Nullable HomeReason homeReason() {
        return homeReason;
    }

    void homeChosen(String node, HomeReason reason) {
        homeReason = reason;
        home = node;
    }

    boolean showsSteps() {
        return showsSteps;
    }

    void showsSteps(boolean shows) {
        this.showsSteps = shows;
    }

    void roleAssigned(String node, BranchRole role) {
        roles.put(node, role);
    }

    /** Notes that the application gets its answer before the last step. */
    void acknowledged() {
        acknowledged = true;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    void ended(Outcome outcome, int branches, int prepared) {
        this.outcome = outcome;
        this.branches = branches;
        this.prepared = prepared;
    }
}
