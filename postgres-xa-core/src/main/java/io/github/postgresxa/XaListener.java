package io.github.postgresxa;

import java.time.Duration;

/**
 * Receives the events of transactions. Methods are called on the thread that caused the event, after locks are
 * released, and must not block.
 */
public interface XaListener {

    /**
     * A transaction of this process has used its first node. Called on the application's thread.
     *
     * @param id the transaction
     */
    default void began(TransactionId id) {}

    /**
     * The votes are known, and a branch has its role in the end of the transaction. Called once for each branch that
     * was used, unless the transaction was rolled back before.
     *
     * @param id the transaction
     * @param node the node
     * @param role its role
     */
    default void roleAssigned(TransactionId id, String node, BranchRole role) {}

    /**
     * A transaction has a home, which keeps its decision. Called after the roles, for each transaction that leaves a
     * decision.
     *
     * @param id the transaction
     * @param node the home
     * @param reason why it is the home
     */
    default void homeChosen(TransactionId id, String node, HomeReason reason) {}

    /**
     * A node is about to receive one step of the end of a transaction. Several nodes are asked at once, each on a
     * separate thread; {@link #stepEnded} is called on the same thread.
     *
     * @param id the transaction
     * @param step the step
     * @param node the node
     */
    default void stepBegins(TransactionId id, CommitStep step, String node) {}

    /**
     * A step has ended.
     *
     * @param id the transaction
     * @param step the step
     * @param node the node
     * @param done whether it is known to be done; if false, it was refused or its reply was lost
     */
    default void stepEnded(TransactionId id, CommitStep step, String node, boolean done) {}

    /**
     * A transaction of this process has ended.
     *
     * @param id the transaction
     * @param outcome the outcome that the application received
     * @param branches how many nodes it used
     * @param prepared how many branches were prepared
     * @param commitTime how long its end took, from the manager's call to the answer
     */
    default void finished(TransactionId id, Outcome outcome, int branches, int prepared, Duration commitTime) {}

    /**
     * A commit is acknowledged when it is decided: the application gets its answer now, and the other branches are
     * finished in the background. {@link #finished} follows, then the steps that are left, then {@link #carriedOut}; a
     * step may also end before.
     *
     * @param id the transaction
     */
    default void acknowledged(TransactionId id) {}

    /**
     * An acknowledged commit has been carried out, as far as this process can. Called after {@link #finished}.
     *
     * @param id the transaction
     * @param everywhere whether each branch is known to be finished; if false, the rest is left to recovery
     * @param after how long after the acknowledgement
     */
    default void carriedOut(TransactionId id, boolean everywhere, Duration after) {}

    /**
     * Statements wait no longer for an acknowledged commit: its branch on the node was not finished within the limit.
     * Until recovery has finished it, they may not see its changes. Called on the thread of the first such statement.
     *
     * @param id the transaction
     * @param node the node
     */
    default void noLongerAwaited(TransactionId id, String node) {}

    /**
     * Recovery has finished a prepared branch.
     *
     * @param id the transaction
     * @param node the node
     * @param outcome committed or rolled back
     */
    default void recovered(TransactionId id, String node, Outcome outcome) {}

    /**
     * Recovery has fenced a transaction that had no decision: it can never be committed any more.
     *
     * @param id the transaction
     * @param home the node where the decision would have been written
     */
    default void fenced(TransactionId id, String home) {}

    /**
     * A branch ended differently from its transaction's decision: it was finished by hand, or its node lost data in a
     * failover or a restore. The nodes do not agree, and nothing repairs that automatically. Called once for each
     * transaction and node, in each process that notices. A branch that was finished by hand as decided causes no call.
     *
     * @param id the transaction
     * @param node the node
     * @param decided the decision for all nodes: committed or rolled back
     * @param actual what happened on this node: the opposite
     */
    default void heuristic(TransactionId id, String node, Outcome decided, Outcome actual) {}

    /**
     * A node answers but is not used: its database is a copy of another one, or another node has the same identity, so
     * that one of the two is a copy. Branches whose home has that identity are in doubt until an operator says which
     * database is which. Called when the problem is noticed, and again if it returns.
     *
     * @param node the node
     * @param reason what is wrong, in one sentence
     */
    default void refused(String node, String reason) {}
}
