package io.github.postgresxa.manager.verbs;

/** The verbs of an XA resource. */
enum Verb {
    SET_TIMEOUT,
    START,
    IS_SAME_RM,
    END,
    PREPARE,
    COMMIT,
    COMMIT_ONE_PHASE,
    ROLLBACK,
    RECOVER,
    FORGET
}
