package io.github.postgresxa;

import java.time.Duration;

/** Is told what happened to transactions. Called on the thread that did it, after locks are released; must not block. */
public interface XaListener {

    /**
     * A transaction of this process has ended.
     *
     * @param id its id
     * @param outcome what the application was told
     * @param branches how many nodes it used
     * @param prepared how many branches were prepared
     * @param commitTime how long its end took, from the manager's call to the answer
     */
    default void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {}

    /**
     * Recovery has finished a prepared branch.
     *
     * @param node the node
     * @param id the global transaction
     * @param outcome committed or rolled back
     */
    default void recovered(String node, TransactionId id, Outcome outcome) {}
}
