package io.github.postgresxa.spring.observation;

import io.github.postgresxa.BranchRole;
import io.github.postgresxa.CommitStep;
import io.github.postgresxa.TransactionId;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * Describes one step of a transaction's end on one node. In a trace it is a call of the node; nothing is propagated to
 * the node.
 */
public class StepObservationContext extends SenderContext<Object> {

    private final TransactionId transaction;
    private final CommitStep step;
    private final String node;
    private final @Nullable BranchRole role;
    private volatile @Nullable Boolean done;

    /**
     * Creates a context.
     *
     * @param transaction the transaction's id
     * @param step the step
     * @param node the node
     * @param role the node's role; null before the votes
     */
    @SuppressWarnings("this-escape") // The setter of the class above is not meant to be overridden.
    public StepObservationContext(TransactionId transaction, CommitStep step, String node, @Nullable BranchRole role) {
        super((carrier, key, value) -> {}, Kind.CLIENT);
        this.transaction = transaction;
        this.step = step;
        this.node = node;
        this.role = role;
        setRemoteServiceName(node);
    }

    /** {@return the transaction's id} */
    public TransactionId transaction() {
        return transaction;
    }

    /** {@return the step} */
    public CommitStep step() {
        return step;
    }

    /** {@return the node} */
    public String node() {
        return node;
    }

    /** {@return the node's role; null before the votes} */
    public @Nullable BranchRole role() {
        return role;
    }

    /** {@return whether the step is known to be done; null while it is running} */
    public @Nullable Boolean done() {
        return done;
    }

    void ended(boolean done) {
        this.done = done;
    }
}
