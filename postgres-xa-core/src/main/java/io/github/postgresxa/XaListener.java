package io.github.postgresxa;

import java.time.Duration;

/** Is told what happened to transactions. Called on the thread that did it, after locks are released; must not block. */
public interface XaListener {

    /**
     * A transaction of this process has used its first node. Called on the application's thread.
     *
     * @param id its id
     */
    default void began(TransactionId id) {}

    /**
     * The votes are known: what a node's branch is in the end of its transaction. Told once for each branch that was used, unless the transaction is rolled
     * back before.
     *
     * @param id the transaction
     * @param node the node
     * @param role its part
     */
    default void roleAssigned(TransactionId id, String node, BranchRole role) {}

    /**
     * A node is asked for one step of the end of a transaction. Several nodes are asked at once, each on a thread of its own; {@link #stepEnded} comes on the
     * same thread.
     *
     * @param id the transaction
     * @param step the step
     * @param node the node
     */
    default void stepBegins(TransactionId id, CommitStep step, String node) {}

    /**
     * The step is over.
     *
     * @param id the transaction
     * @param step the step
     * @param node the node
     * @param done whether it is known to be done; if not, it was refused or its reply was lost
     */
    default void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {}

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
    default void recovered(TransactionId id, String node, Outcome outcome) {}

    /**
     * Recovery has fenced a transaction that had no decision: it can never be committed any more.
     *
     * @param home the node where the decision would have been written
     * @param id the transaction
     */
    default void fenced(TransactionId id, String home) {}

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

    /**
     * A node answers and is not used: its database is a copy of another one, or another node has the same identity, so that one of the two is a
     * copy. Branches whose home has that identity are in doubt until an operator says which database is which. Told when it is noticed, and again
     * if it was in order in between.
     *
     * @param node the node
     * @param reason what is wrong, in a sentence
     */
    default void refused(String node, String reason) {}
}
