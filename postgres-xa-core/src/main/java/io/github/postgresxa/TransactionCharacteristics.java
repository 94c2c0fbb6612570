package io.github.postgresxa;

/**
 * How a branch begins on the server ({@code SET TRANSACTION}).
 *
 * @param isolation the isolation level, per node
 * @param readOnly whether the server refuses writes
 */
public record TransactionCharacteristics(Isolation isolation, boolean readOnly) {

    /** The server's default level, read-write. */
    public static final TransactionCharacteristics DEFAULT =
            new TransactionCharacteristics(Isolation.SERVER_DEFAULT, false);

    /** An isolation level of PostgreSQL. It holds within one node, not across nodes. */
    public enum Isolation {
        /** The server's {@code default_transaction_isolation}. */
        SERVER_DEFAULT,
        /** READ COMMITTED. */
        READ_COMMITTED,
        /** REPEATABLE READ (snapshot isolation). */
        REPEATABLE_READ,
        /** SERIALIZABLE. */
        SERIALIZABLE
    }
}
