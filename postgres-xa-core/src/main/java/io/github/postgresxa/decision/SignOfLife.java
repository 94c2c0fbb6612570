package io.github.postgresxa.decision;

import io.github.postgresxa.TransactionId;

/**
 * The key of an advisory lock in the home's transaction: 56 bits of the transaction's id, and a number. A coordinator
 * whose PREPAREs take long takes one after the other, so recovery sees that it is alive. The locks end with the home's
 * session. They set the pace and decide nothing.
 */
final class SignOfLife {

    private static final int NUMBER_BITS = 8;

    private SignOfLife() {}

    static long prefix(TransactionId id) {
        return id.value().getMostSignificantBits() >>> NUMBER_BITS;
    }

    static long key(TransactionId id, int number) {
        return prefix(id) << NUMBER_BITS | number & (1 << NUMBER_BITS) - 1;
    }

    static boolean isOf(TransactionId id, long key) {
        return key >>> NUMBER_BITS == prefix(id);
    }
}
