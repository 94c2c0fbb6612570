package io.github.postgresxa.benchmarks.contender;

import io.github.postgresxa.benchmarks.work.Transfer;

/** A stack with open pools. */
public interface Contender extends AutoCloseable {

    /**
     * Runs one transaction on the calling thread. When it returns, the transaction is committed.
     *
     * @param transfer what to do
     * @return {@link System#nanoTime} of the moment at which the work was done and the commit began
     * @throws Exception if it is not known to be committed
     */
    long run(Transfer transfer) throws Exception;

    /** Waits until every node shows what is committed. */
    default void settle() {
        // It does already.
    }

    /** Closes the pools. */
    @Override
    void close();
}
