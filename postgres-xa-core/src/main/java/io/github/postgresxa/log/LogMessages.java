package io.github.postgresxa.log;

/**
 * Every message that the core logs at INFO or above: what happened, what is known, what happens next. They are in one
 * place, so that they use the same words, and so that an operator finds each with one search. A message about a
 * transaction begins with its id.
 */
public final class LogMessages {

    // Start and end.

    public static final String NOT_ENCRYPTED =
            "node '{}' may be reached without TLS: its traffic can be read and changed on the way. Let its URL end"
                    + " with ?sslmode=verify-full&sslrootcert=...";

    public static final String NOT_YET =
            "node '{}' cannot take part yet: {} Transactions that need it fail until it can; all others work.";

    public static final String SCHEMA_AWAITED =
            "nodes {} have no decision schema for this release yet. They take part as soon as it is there; migrations"
                    + " may be about to run.";

    public static final String NOT_DURABLE =
            "node '{}' runs with {} = off: a crash can lose commits that it has acknowledged, and then the nodes"
                    + " disagree. Switch it on.";

    public static final String KEPT_BY_MANAGER =
            "the transaction manager's log keeps {} decisions to commit, although none of these nodes waits for them:"
                    + " something was prepared on nodes that this process does not know (their identities in"
                    + " pgxa.node: {}). Name them in postgres.xa.nodes; if they"
                    + " are gone for good, delete the file {}.";

    public static final String STARTED = "postgres-xa of '{}' is ready. Nodes: {}. Transaction manager: {}.";

    public static final String NO_MANAGER_LOG =
            "the transaction manager's log cannot be used: {}. Transactions in which another resource takes part are"
                    + " rolled back; those of the nodes alone go on.";

    public static final String MANAGER_REGISTERED =
            "another resource takes part in transactions: the decisions of transaction manager {} are on node '{}' from"
                    + " now on. While that node is down, such transactions cannot commit.";

    public static final String MANAGER_LOST =
            "the registration of transaction manager {} is gone: {}. Transactions in which another resource takes part"
                    + " are rolled back until this process is started again; those of the nodes alone go on.";

    public static final String RESOURCE_NOT_RECOVERED =
            "another resource takes part in transactions, and Narayana cannot ask it after a crash: what is prepared"
                    + " there then stays prepared. Register it where the application starts:\n"
                    + "  XAResourceRecoveryHelper helper = ...; // its getXAResources() connects to the resource\n"
                    + "  XARecoveryModule.getRegisteredXARecoveryModule().addXAResourceRecoveryHelper(helper);";

    public static final String NODES_NOT_REGISTERED =
            "another resource takes part in transactions, and the recovery of the transaction manager {} does not know"
                    + " the nodes: what it leaves prepared there after a crash stays prepared, with its locks, until it"
                    + " is settled by hand. Register PostgresXa.recoveryResource(...) with its recovery where the"
                    + " application starts.";

    public static final String IDENTIFIER_NOT_RECOVERED =
            "another resource takes part in transactions, and no resource that was registered with the recovery of the"
                    + " transaction manager {} takes its identifier {} for the manager's own: what it leaves prepared"
                    + " after a crash stays prepared, with its locks, until it is settled by hand. Compare the"
                    + " predicate of PostgresXa.recoveryResource(...) with the manager's node identifier.";

    public static final String NODES_NEVER_ASKED =
            "another resource takes part in transactions, and the recovery of the transaction manager {} has not asked"
                    + " the nodes for {} minutes: it does not run, or the resource is not registered there. What it"
                    + " leaves prepared after a crash stays prepared until it asks. In Quarkus, set"
                    + " quarkus.transaction-manager.enable-recovery=true.";

    public static final String IDENTIFIER_TOO_LONG =
            "under the transaction manager {}, transactions in which another resource takes part will be rolled back"
                    + " at their commit; those of the nodes alone work. The reason: {}";

    public static final String TIMEOUT_NOT_TOLD =
            "the transaction manager {} tells no timeout of a transaction that it has begun: at its end a running"
                    + " statement goes on, and the manager alone decides whether it still commits. Begin transactions"
                    + " with PostgresXa, or set postgres.xa.transaction-timeout, which counts from the first use of a"
                    + " node.";

    public static final String RECOVERY_NOT_SEEN =
            "another resource takes part in transactions, and Narayana runs with recovery modules of the application"
                    + " (RecoveryEnvironmentBean.recoveryModuleClassNames): resources that are registered there are"
                    + " not asked after a crash, and what is prepared stays prepared. Remove the setting, or name"
                    + " them in JTAEnvironmentBean.xaResourceRecoveryClassNames.";

    public static final String MANAGER_UNKNOWN =
            "branches of the transaction managers {} have been prepared for a minute, and no node of this process"
                    + " knows them. They may belong to another application, which ends them. If they are this one's:"
                    + " name all of its nodes in postgres.xa.nodes; where they are named already, settle these by"
                    + " hand.";

    public static final String MANAGER_NOT_ASKED =
            "branch {} has been prepared for a minute, and what its transaction manager decided cannot be found out:"
                    + " {}. It keeps its locks until that node answers.{}";

    public static final String MANAGERS_BRANCH = "recovery {} branch {} in the place of its transaction manager{}";

    public static final String MANAGERS_BRANCH_OTHERWISE =
            "branch {} was to be {}, and its resource has ended it otherwise (XA error code {}). Compare the data.{}";

    public static final String CLOSING = "closing: waits up to {} s for {} transactions to end: {}";

    public static final String CLOSED_INSIDE =
            "transaction {} is rolled back: its own thread closes PostgresXa and could not end it any more. Commit or"
                    + " roll back before the close, as inTransaction does.";

    public static final String CUT_SHORT =
            "{} transactions did not end before the shutdown: {}. The servers roll them back, or recovery of another"
                    + " process finishes them.";

    // Nodes whose transactions others manage.

    public static final String OBSERVES =
            "postgres-xa of '{}' observes, and changes nothing (postgres.xa.mode=observe). Nodes: {}.";

    public static final String NOT_OBSERVED = "node '{}' cannot be observed: {}";

    public static final String OBSERVED_AGAIN = "node '{}' can be observed again, after {} s";

    // The end of a transaction.

    public static final String UNKNOWN = "{}{}";

    public static final String UNKNOWN_NO_MORE = "transaction {}: the outcome that was unknown is: committed";

    public static final String FAILED_IN_PHASE =
            "transaction {}: the commit protocol failed in phase {}; what is not finished here is left to recovery";

    public static final String ROLLBACK_FAILED =
            "transaction {}: the rollback failed as well; the servers and recovery undo it";

    public static final String NOT_RETURNED = "transaction {}: {} could not be returned to its pool; it is closed";

    public static final String NO_LONGER_AWAITED =
            "transaction {}: it was acknowledged as committed, and its branch on '{}' is not finished yet. Statements"
                    + " there wait for it no longer and may not see its changes, until recovery has finished it.";

    public static final String LEFT_PREPARED =
            "transaction {}: not every branch is prepared, and its home cannot be asked for an operator's order: {}."
                    + " What is prepared waits for the home; the transaction manager asks again.";

    public static final String STAYS_HOME =
            "{}. From now on, until this process ends, it is the home wherever it is used first, however far the others"
                    + " are.";

    public static final String NO_FAR_HOME =
            "node '{}' could not keep a decision: {} From now on, until this process ends, it is the home only where"
                    + " it is used first, or where postgres.xa.decision.home names it.";

    // Recovery.

    public static final String AWAY =
            "node '{}' does not answer any more: {} Until it does, transactions that need it fail, and branches on"
                    + " other nodes stay in doubt if it is their home. All others continue.";

    public static final String BACK = "node '{}' answers again, after {} s";

    public static final String IN_DOUBT =
            "transaction {}: its branch on '{}' is in doubt for {} s and keeps its locks: {}{}";

    public static final String FENCED = "transaction {}: no decision at '{}' for {} ms; fenced, its decision is {}";

    public static final String RECOVERED = "transaction {}: recovery {} its branch on '{}'";

    public static final String STALLED =
            "node '{}': recovery has not finished a scan of it for {} s. What is prepared there keeps its locks,"
                    + " unless recovery of another process settles it. Take a thread dump, then restart this process.";

    public static final String STALLED_NO_MORE = "node '{}': recovery scans it again, after {} s";

    public static final String PASS_FAILED = "a recovery pass failed; the next one tries again";

    public static final String NOT_ALL_NODES =
            "transaction {}: its transaction manager wants it to be {}, and nothing is decided: {}.";

    // Alarms: the nodes do not agree, or may not.

    public static final String HEURISTIC =
            "transaction {}: the decision is {}, but its branch on '{}' is {}. It was finished by hand, or the node"
                    + " lost data in a failover or a restore. The nodes do not agree: compare their data and correct"
                    + " them.";

    public static final String FAILED_OVER =
            "node '{}' has failed over or was restored. If its standby was not a synchronous one, it may lack {}"
                    + " decided transactions. That cannot be verified any more, so compare the data: {}{}";

    public static final String UNREADABLE_ROW =
            "transaction {}: its decision row at '{}' cannot be read. It was not written by this project's code; it"
                    + " is neither obeyed nor deleted. Correct it, or settle the transaction by hand and then delete"
                    + " the row.";

    public static final String WENT_BACK =
            "node '{}' has gone back in time: its log ends before a position that was safe on its disk, and its"
                    + " timeline is the same. It was given an older disk, a copy answers at its address, or its disk"
                    + " loses writes that it confirms."
                    + " What it acknowledged since is lost there; what is known of it follows. Stop the application,"
                    + " restore all nodes to one moment if you can, and compare the data.";

    public static final String RETURNED =
            "node '{}' has gone back in time, by a restored disk or backup: it lists the branch of transaction {}"
                    + " again, which it had finished. The decision at '{}' is deleted since, so recovery leaves the"
                    + " branch alone. Compare the data of all nodes, then finish the branch by hand.";

    public static final String DECISIONS_STAY =
            "{} decisions at '{}' stay: node '{}' has failed over or was restored since its branches were prepared,"
                    + " so it cannot be verified that it carried them out";

    public static final String NODE_REFUSED = "node '{}' is not used: {}.";

    // Requests of an operator.

    public static final String SETTLED_BY_HAND =
            "audit: {} settled transaction {}: {}{} (it was: {}); branches: {}; reason: {}";

    public static final String SETTLED_IN_BULK = "audit: {} settled transactions ({}): {}{}; {}; reason: {}";

    public static final String REFUSED = "audit: {} wanted {} for transaction {}, refused: {} Reason given: {}";

    public static final String DECISION_UNKNOWN =
            "audit: {} wanted {} for transaction {}, and its result is not known: {} Reason given: {}";

    public static final String ADOPTED =
            "audit: {} adopted node '{}' as {}{}: its identity was {} and is {}, and belongs to {}; reason: {}";

    public static final String ADOPTION_UNKNOWN =
            "audit: {} wanted to adopt node '{}' as {}, and its result is not known: {} Reason given: {}";

    public static final String ADOPTION_REFUSED =
            "audit: {} wanted to adopt node '{}' as {}, refused: {} Reason given: {}";

    // The doctor's examination at the start.

    public static final String TO_FIX = "The doctor examined the nodes. These findings need to be fixed:{}{}";

    public static final String NOTHING_TO_FIX = "The doctor examined the nodes: {} checks, nothing to fix";

    public static final String NOT_EXAMINED = "The doctor could not examine the nodes at start: {}";

    public static final String EXAMINATION_INTERRUPTED = "The doctor's examination was interrupted";

    // Other messages.

    /** For the log of the platform, because the other one is lost. */
    public static final String NO_PROVIDER =
            "postgres-xa writes its log through SLF4J, and SLF4J finds no provider beside it: every line is lost, also"
                    + " those that say what is in doubt and which nodes do not agree. Add a provider to the"
                    + " application, for example org.slf4j:slf4j-jdk14, which writes to this log.";

    public static final String NO_THREAD =
            "a task could not be handed to another thread: {}. It runs on this one, or is tried again soon. Most"
                    + " likely the process has reached its limit of threads or of memory.{}";

    public static final String LISTENER_FAILED =
            "a listener failed and missed this event; the transaction is not affected: {}";

    private LogMessages() {}
}
