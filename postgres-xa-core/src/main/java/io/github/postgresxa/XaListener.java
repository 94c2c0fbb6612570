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

    /**
     * A branch ended the other way than its transaction was decided: somebody finished it by hand, or its node lost data in a failover or a
     * restore. The nodes do not agree, and nothing repairs that by itself. Told once for each transaction and node by each process that
     * notices; a branch that was finished by hand in the decided way is told to nobody.
     *
     * @param id the global transaction
     * @param node the node
     * @param decided what was decided for all nodes: committed or rolled back
     * @param actual what happened on this one: the other of the two
     */
    default void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {}
}
