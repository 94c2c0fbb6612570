package io.github.postgresxa;

/**
 * What PostgreSQL is told when a branch begins ({@code SET TRANSACTION}).
 *
 * @param isolation the isolation level, per node
 * @param readOnly whether the server refuses writes
 */
public record TransactionCharacteristics(Isolation isolation, boolean readOnly) {

    /** The server's default level, read-write. */
    public static final TransactionCharacteristics DEFAULT =
            new TransactionCharacteristics(Isolation.SERVER_DEFAULT, false);

    /** Isolation levels of PostgreSQL; each holds within one node, not across nodes. */
    public enum Isolation {
        /** Whatever {@code default_transaction_isolation} says. */
        SERVER_DEFAULT,
        /** READ COMMITTED. */
        READ_COMMITTED,
        /** REPEATABLE READ (snapshot isolation). */
        REPEATABLE_READ,
        /** SERIALIZABLE. */
        SERIALIZABLE
    }
}
