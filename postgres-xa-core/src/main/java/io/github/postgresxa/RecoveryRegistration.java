package io.github.postgresxa;

/**
 * Says whether what a transaction manager leaves prepared on the nodes is ended after a crash. That concerns
 * transactions in which another resource takes part: the manager decides them, and its recovery has to ask the nodes.
 */
public enum RecoveryRegistration {
    /** The manager is the embedded one, and its recovery knows the nodes. */
    EMBEDDED,
    /**
     * {@link PostgresXa#recoveryResource} was asked for, to be registered with the external manager, and takes what
     * that manager prepares for its own.
     */
    REGISTERED,
    /**
     * {@link PostgresXa#recoveryResource} was asked for, and nothing has called it for ten minutes since the external
     * manager prepared the first branch: it is not registered, or the manager's recovery does not run.
     */
    NEVER_ASKED,
    /** The external manager does not know the nodes, and has not prepared anything there yet. */
    NOT_NEEDED_YET,
    /**
     * The external manager has prepared branches, and no resource was asked for that takes them for its own: after a
     * crash they stay prepared.
     */
    MISSING
}
