package io.github.postgresxa.manager.verbs;

/** What the application does in a transaction, and so which verbs the manager uses. */
enum Play {
    /** Two nodes write, and the transaction is committed. */
    COMMIT,
    /** Two nodes write, and the application rolls back. */
    ROLLBACK,
    /** Two nodes write, one of them refuses its PREPARE, and the transaction is to be committed. */
    REFUSED,
    /** Two nodes read, so that only the other resource has something to commit. */
    READ,
    /** No node is used. */
    ALONE;

    boolean writes() {
        return this == COMMIT || this == ROLLBACK || this == REFUSED;
    }
}
